"""KYB screens: which businesses are ready for one, what started ones came to, and those of one account."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.domain.kyb.turnaround import quantile
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.navigation import open_place
from workbench.ui.html.markup import show_empty, show_facts, show_heading, show_note
from workbench.ui.live.cached_queries import read, read_once
from workbench.ui.tables.columns import Look, calendar_day, code, each_once, moment, number, text
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.kyb_words import ended_words
from workbench.ui.text.moments import said_past
from workbench.ui.text.words import duration, hours_since, plural, standing_word

READY_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "standing_since", "due_at", "holds_through"]
SCREEN_COLUMNS = [
    "client_account_id",
    "display_name",
    "started_at",
    "started_by",
    "is_manual",
    "decided_at",
    "hours",
    "outcome",
    "ended_as",
]


def show_overview() -> None:
    """Businesses that wait for their screen, and how long screens took."""
    ready, screens = read("kyb/ready"), read("kyb/turnaround")
    show_answer(_ready_words(ready.table.num_rows), turnaround_words(screens.rows))
    if ready.table.num_rows:
        show_accounts(ready, READY_COLUMNS, key="kyb-ready", file_name="kyb-ready", open_row=_open, looks=_LOOKS)
    else:
        show_empty("No business has all its papers and waits.", "Open a business on Customers to see what it lacks.")
    show_heading("Screens that were started", "the newest first")
    if screens.table.num_rows:
        show_accounts(
            screens, SCREEN_COLUMNS, key="kyb-screens", file_name="kyb-turnaround", open_row=_open, looks=_LOOKS
        )
    else:
        show_note("None so far.")


def turnaround_words(rows: Sequence[dict[str, Any]]) -> str:
    """Median, nine of ten and the oldest open one, with counts."""
    took = [row["hours"] for row in rows if row["hours"] is not None]
    open_since = [row["started_at"] for row in rows if row["decided_at"] is None]
    if not took:
        decided = "None of them was decided with a known time so far." if rows else ""
    else:
        decided = (
            f"Of {plural(len(took), 'decided screen')} half took up to {duration(quantile(took, 0.5))}, "
            f"nine of ten up to {duration(quantile(took, 0.9))}."
        )
    oldest = duration(hours_since(min(open_since), datetime.now(UTC))) if open_since else ""
    waiting = f"{plural(len(open_since), 'is', 'are')} open, the oldest for {oldest}." if oldest else ""
    return " ".join(filter(None, (decided, waiting)))


def _ready_words(ready: int) -> str:
    if not ready:
        return "No business is ready for its KYB screen"
    return f"{plural(ready, 'business is', 'businesses are')} ready for {'its' if ready == 1 else 'their'} KYB screen"


def show_screens(client_account_id: str) -> None:
    """When this account's screens were started, by whom, how long they took and what came."""
    for row in read_once("kyb/screens", client_account_id=client_account_id).rows:
        with st.container(border=True, gap="xsmall"):
            show_heading("Manual KYB" if row["is_manual"] else "The KYB screen", _state(row))
            show_facts(
                {
                    "Started": said_past(row["started_at"]),
                    "By": row["started_by"],
                    "Why": row["reason"],
                    "Decided": said_past(row["decided_at"]),
                    "Took": duration(row["hours"]) if row["hours"] is not None else None,
                    "The account is": standing_word(row["outcome"]) if row["outcome"] else None,
                    "Ended": ended_words(row["ended_as"]) if row["ended_as"] else None,
                    "Recorded by": row["ended_by"],
                    "What was said": row["ended_words"],
                }
            )


def _state(row: dict[str, Any]) -> str:
    return "decided" if row["decided_at"] is not None else "not decided yet"


def _open(client_account_id: str) -> None:
    open_place("kyb", account=client_account_id)


_LOOKS: dict[str, Look] = {
    "holds_through": calendar_day("Papers hold through", 130),
    "started_by": text("By", 100),
    "is_manual": Look(
        lambda: st.column_config.TextColumn("Kind", width=70),
        lambda values: each_once(values, lambda is_manual: "manual" if is_manual else "screen"),
    ),
    "decided_at": moment("Decided"),
    "hours": number("Hours", "%.0f", 70),
    "outcome": code("What came", 90),
    "ended_as": code("Recorded end", 100),
}

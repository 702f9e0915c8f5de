"""KYB screenings: businesses ready for one, the results of those triggered, and those of one account."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.domain.moments import duration
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.navigation import go_to_page
from workbench.ui.html.markup import show_empty, show_facts, show_heading, show_note
from workbench.ui.live.cached_queries import read, read_uncached
from workbench.ui.tables.columns import Look, calendar_day, code, map_distinct, moment, number, text
from workbench.ui.tables.tables import show_accounts
from workbench.ui.text.kyb_words import ended_words
from workbench.ui.text.moments import ago_cell
from workbench.ui.text.words import hours_since, plural, standing_word

READY_COLUMNS = ["client_account_id", "display_name", "standing", "turn", "standing_since", "due_at", "holds_through"]
SCREENING_COLUMNS = [
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
    """Show the businesses ready for screening, and how long screenings took."""
    ready, screens = read("kyb/ready"), read("kyb/turnaround")
    show_answer(_ready_words(ready.table.num_rows), turnaround_words(read("kyb/turnaround_summary").first))
    if ready.table.num_rows:
        show_accounts(ready, READY_COLUMNS, key="kyb-ready", file_name="kyb-ready", open_row=_open, looks=_LOOKS)
    else:
        show_empty("No business is waiting with all documents in.", "Open one on Customers to see what is missing.")
    show_heading("Screenings", "newest first")
    if screens.table.num_rows:
        show_accounts(
            screens, SCREENING_COLUMNS, key="kyb-screens", file_name="kyb-turnaround", open_row=_open, looks=_LOOKS
        )
    else:
        show_note("None so far.")


def turnaround_words(summary: dict[str, Any]) -> str:
    """Say the median, p90 and the oldest open screening, with counts."""
    return " ".join(filter(None, (_decided_words(summary), _open_words(summary))))


def _decided_words(summary: dict[str, Any]) -> str:
    if not summary["screens_timed"]:
        return "None has been decided with a known duration yet." if summary["screens"] else ""
    return (
        f"{plural(summary['screens_timed'], 'screening')} decided: median {duration(summary['median_hours'])}, "
        f"90% within {duration(summary['p90_hours'])}."
    )


def _open_words(summary: dict[str, Any]) -> str:
    if not summary["screens_open"]:
        return ""
    oldest = duration(hours_since(summary["oldest_started_at"], datetime.now(UTC)))
    return f"{plural(summary['screens_open'], 'screening')} open, the oldest for {oldest}."


def _ready_words(ready: int) -> str:
    if not ready:
        return "No business is ready for KYB screening"
    return f"{plural(ready, 'business is', 'businesses are')} ready for KYB screening"


def show_screenings(client_account_id: str) -> None:
    """Show this account's screenings: when and by whom each was started, how long it took and its result."""
    for row in read_uncached("kyb/screens", client_account_id=client_account_id).rows:
        with st.container(border=True, gap="xsmall"):
            show_heading("Manual KYB" if row["is_manual"] else "KYB screening", _state(row))
            show_facts(
                {
                    "Started": ago_cell(row["started_at"]),
                    "By": row["started_by"],
                    "Reason": row["reason"],
                    "Decided": ago_cell(row["decided_at"]),
                    "Duration": duration(row["hours"]) if row["hours"] is not None else None,
                    "Result": standing_word(row["outcome"]) if row["outcome"] else None,
                    "Recorded as": ended_words(row["ended_as"]) if row["ended_as"] else None,
                    "Recorded by": row["ended_by"],
                    "Note": row["ended_words"],
                    "Next steps": row["next_steps"],
                }
            )


def _state(row: dict[str, Any]) -> str:
    return "decided" if row["decided_at"] is not None else "not decided yet"


def _open(client_account_id: str) -> None:
    go_to_page("kyb", account=client_account_id)


_LOOKS: dict[str, Look] = {
    "holds_through": calendar_day("Documents valid until", 130),
    "started_by": text("By", 100),
    "is_manual": Look(
        lambda: st.column_config.TextColumn("Kind", width=70),
        lambda values: map_distinct(values, lambda is_manual: "manual" if is_manual else "Bakkt"),
    ),
    "decided_at": moment("Decided"),
    "hours": number("Hours", "%.0f", 70),
    "outcome": code("Result", 90),
    "ended_as": code("Recorded as", 100),
}

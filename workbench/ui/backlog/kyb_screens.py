"""KYB screenings: the results of all, and those of one account."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.domain.moments import duration
from workbench.domain.words import plural
from workbench.ui.html.markup import show_facts, show_heading, show_note
from workbench.ui.live.cached_queries import read, read_of_account
from workbench.ui.tables.columns import Look, code, map_distinct, moment, number, text
from workbench.ui.tables.tables import show_table
from workbench.ui.text.kyb_words import ended_words
from workbench.ui.text.moments import ago_cell
from workbench.ui.text.words import hours_since, standing_word

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


def show_decided_screens() -> None:
    """Show how long screenings took and how they ended, newest first."""
    screens = read("kyb/turnaround")
    show_heading("Screenings", turnaround_words(read("kyb/turnaround_summary").first))
    if screens.table.num_rows:
        show_table(screens, SCREENING_COLUMNS, key="kyb-screens", file_name="kyb-turnaround", looks=_LOOKS)
    else:
        show_note("None so far.")


def turnaround_words(summary: dict[str, Any]) -> str:
    """Say the median, p90 and the oldest open screening, with counts."""
    return " ".join(filter(None, (_decided_words(summary), _open_words(summary))))


def _decided_words(summary: dict[str, Any]) -> str:
    if not summary["screens_timed"]:
        return "None of the decided ones has a known duration yet." if summary["screens"] else ""
    return (
        f"{plural(summary['screens_timed'], 'screening')} decided: median {duration(summary['median_hours'])}, "
        f"90% within {duration(summary['p90_hours'])}."
    )


def _open_words(summary: dict[str, Any]) -> str:
    if not summary["screens_open"]:
        return ""
    oldest = duration(hours_since(summary["oldest_started_at"], datetime.now(UTC)))
    return f"{plural(summary['screens_open'], 'screening')} open, the oldest for {oldest}."


def show_screenings(client_account_id: str) -> None:
    """Show this account's screenings: when and by whom each was started, how long it took and its result."""
    for row in read_of_account("kyb/screens", client_account_id).rows:
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


_LOOKS: dict[str, Look] = {
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

"""How the columns of the page Backlog look, and which of them a list has."""

from collections.abc import Collection

import streamlit as st

from workbench.ui.backlog.codes import ListCodes
from workbench.ui.tables.columns import Look, calendar_day, duration_of, map_distinct, moment, number, percent, text
from workbench.ui.text.words import cause_words

_WHO = ("client_account_id", "display_name", "account_type", "country")
_BY_FILTER = {"turn": "turn", "state": "standing", "account_type": "account_type", "country": "country"}
_ESTIMATED = ("chance_lost", "cases")

LOOKS: dict[str, Look] = {
    "country": text("Country", 68),
    "hours_overdue": duration_of("Late", note="Since it was due"),
    "age_hours": duration_of("In this state", note="Unknown if it entered this state before the first sync"),
    "link_expires_at": moment("Link expires", width=104),
    "used_up_at": moment("Third expired", width=104),
    "holds_through": calendar_day("Documents valid until", 130),
    "screening_started_at": moment("Started", width=104),
    "screening_started_by": text("By", 100),
    "is_screening_manual": Look(
        lambda: st.column_config.TextColumn("Kind", width=70),
        lambda values: map_distinct(values, lambda is_manual: "manual" if is_manual else "Bakkt"),
    ),
    "document": text("Document", 140),
    "first_expires_at": calendar_day("Expires", 94),
    "documents_ending": number(
        "Documents", width=84, note="How many of the account's documents have expired or soon will"
    ),
    "fields_missing": number("Fields missing", width=110),
    "standing_cause": Look(
        lambda: st.column_config.TextColumn("Why", width=226), lambda values: map_distinct(values, short_cause)
    ),
    "last_event_at": moment("Last event", width=104),
    "read_at": moment("Last synced", width=104),
    "chance_lost": percent(
        "Likely lost", 84, "Estimate: how often similar links, with the same time left, were never completed"
    ),
    "cases": number("Cases", width=76, note="With fewer than 30 cases the share says little"),
    "action": text("Action", 150),
    "started_at": moment("Sent", width=104),
    "actor": text("By", 90),
}


def short_cause(cause: str | None) -> str:
    """The cause without who it was: in these views always Bakkt, and the reason needs the room."""
    return cause_words(cause).replace(" by Bakkt", "")


def columns_of(codes: ListCodes, found: Collection[str]) -> list[str]:
    """The columns of the view that its rows have, without those that the view or a filter makes constant."""
    view = codes.shown_view
    constant = view.constant | {column for name, column in _BY_FILTER.items() if getattr(codes, name)}
    wanted = (
        ("client_account_id", "display_name", *view.columns)
        if view.are_actions
        else (*_WHO, *view.columns, *_ESTIMATED)
    )
    return [name for name in wanted if name in found and name not in constant]

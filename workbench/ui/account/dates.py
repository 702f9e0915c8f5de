"""The dates of an account, and how it came to where it is."""

from typing import Any

import streamlit as st

from workbench.ui.forms.fields import choice_words
from workbench.ui.html.markup import Cell, show_facts
from workbench.ui.text.moments import ago_cell, reader_zone
from workbench.ui.text.words import cause_words, exact, until


def show_dates(account: dict[str, Any]) -> None:
    with st.container(key="wb-dates", gap="xxsmall"):
        show_facts(
            {
                "Opened": ago_cell(account["created_at"]),
                "Since": ago_cell(account["standing_since"], is_undated=account["standing_undated"]),
                "Due": _due(account),
                "Last event": ago_cell(account["last_event_at"]) or "none yet",
                "Settlement": choice_words(account["settlement_method"] or ""),
                "Pending updates": account["pending_updates"] or None,
            }
        )
        show_facts({"Why": cause_words(account["standing_cause"]), "Bakkt account id": account["bakkt_account_id"]})


def _due(account: dict[str, Any]) -> Cell | None:
    at = account["due_at"]
    return None if at is None else Cell(until(-account["hours_overdue"]), note=exact(at, reader_zone()))

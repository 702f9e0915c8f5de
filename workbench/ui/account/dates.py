"""The dates of an account, and the facts that are needed on a phone call."""

from typing import Any

from workbench.ui.forms.fields import choice_words
from workbench.ui.html.markup import Cell, show_facts
from workbench.ui.text.moments import ago_cell, reader_zone
from workbench.ui.text.words import cause_words, exact, until


def show_dates(account: dict[str, Any]) -> None:
    show_facts(
        {
            "Why": cause_words(account["standing_cause"]),
            "Since": ago_cell(account["standing_since"], is_undated=account["standing_undated"]),
            "Due": _due(account),
            "Opened": ago_cell(account["created_at"]),
            "Last event": ago_cell(account["last_event_at"]) or "none yet",
            "Last synced": ago_cell(account["read_at"]) or "not yet",
            "Settlement": choice_words(account["settlement_method"] or ""),
            "Bakkt account id": account["bakkt_account_id"],
            "Pending updates": account["pending_updates"] or None,
        }
    )


def _due(account: dict[str, Any]) -> Cell | None:
    at = account["due_at"]
    return None if at is None else Cell(until(-account["hours_overdue"]), note=exact(at, reader_zone()))

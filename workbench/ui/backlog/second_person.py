"""The view of the page Backlog with what waits for a second person: confirmed and declined right there."""

from typing import Any

from workbench.actions import Receipt
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import count
from workbench.ui.forms.second_person import show_ending, show_waiting
from workbench.ui.frame.notices import PRESSED, keep_message
from workbench.ui.html.markup import show_empty, show_heading, show_note
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.kept_places import kept_places
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.text.moments import in_reader_zone

SHOWN_AT_ONCE = 20


def show_second_person() -> None:
    """Show each action that waits with its buttons, and what was declined, withdrawn or lapsed in the last day."""
    found = read("actions/awaiting")
    rows = found.rows
    if not rows:
        show_empty("Nothing waits for a second person.", _rule_words())
    else:
        show_heading("Waiting for a second person", "nothing was sent; the first to lapse first")
    shown = rows[:SHOWN_AT_ONCE]
    for row, place in zip(shown, kept_places("awaiting on backlog", [one["action_id"] for one in shown]), strict=True):
        with place:
            _show_one(row)
    if len(rows) > SHOWN_AT_ONCE:
        show_note(f"These are the {SHOWN_AT_ONCE} that lapse first, of {count(len(rows))}.")
    _show_ended()
    offer_answer(found, "awaiting-second", "awaiting")


def _rule_words() -> str:
    if not current_desk().settings.two_person_rule:
        return "The two-person rule is off."
    return "A customer's last link, and KYB without all documents, wait here until somebody else confirms them."


def _show_one(row: dict[str, Any]) -> None:
    record = current_desk().actions.store.find_action(row["action_id"])
    if record is None or record.outcome is not Outcome.AWAITING_SECOND:
        return
    show_waiting(record, _go_on, customer=row["display_name"] or "No name yet")


def _go_on(receipt: Receipt) -> None:
    """Say at the top what it came to, as the box is gone; the list goes on."""
    words = " ".join(filter(None, (f"{receipt.title}.", in_reader_zone(receipt.words), receipt.next_step)))
    keep_message(PRESSED, words)


def _show_ended() -> None:
    ended = read("actions/not_confirmed").rows
    if not ended:
        return
    cut = f", {SHOWN_AT_ONCE} of {count(len(ended))}" if len(ended) > SHOWN_AT_ONCE else ""
    show_heading("Not confirmed", f"in the last 24 hours{cut}")
    for row in ended[:SHOWN_AT_ONCE]:
        record = current_desk().actions.store.find_action(row["action_id"])
        if record is not None:
            show_ending(record, customer=_customer(row))


def _customer(row: dict[str, Any]) -> str:
    return " · ".join(filter(None, (row["display_name"], row["client_account_id"])))

"""What waits for a second person: what it is and costs, and the buttons that confirm, decline or withdraw it."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime

import streamlit as st

from workbench.access.policy import ACT_OF_KIND, Act
from workbench.actions import Receipt
from workbench.actions.second_person import NOT_TOLD_APART, confirm_as_second, decline_as_second, withdraw_action
from workbench.domain.second_person import cost_in_words, ending_in_words
from workbench.domain.vocabulary import ActionKind
from workbench.store import ActionRecord
from workbench.ui.frame.navigation import page_named
from workbench.ui.frame.notices import PRESSED, error_kept, keep_blocker
from workbench.ui.html.labels import literal
from workbench.ui.html.markup import Cell, show_facts, show_heading, show_note, show_sentence
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import clock_words, reader_zone
from workbench.ui.text.words import KIND_WORDS, ago, exact, hours_since, until

LONGEST_REASON = 300
_WIDTH, _REASON_WIDTH = 860, 330
CONFIRM_WORDS = {
    ActionKind.REQUEST_LINK: "Confirm and send the last link",
    ActionKind.TRIGGER_KYB: "Confirm and trigger KYB screening",
}
OnDone = Callable[[Receipt], object]
"""What follows once something was confirmed, declined or withdrawn, before the page runs again."""


def show_waiting(record: ActionRecord, on_done: OnDone, *, customer: str = "") -> None:
    """Show one action that waits, with what this person can do about it. ``customer``: where the page names none."""
    waiting = record.waiting
    if waiting is None:
        return
    left = -hours_since(waiting.lapses_at, datetime.now(UTC))
    with st.container(border=True, gap="xsmall", width=_WIDTH, key=f"wb-second-{record.action_id}"):
        show_heading(
            customer or "Waiting for a second person", record.client_account_id if customer else "Not sent yet"
        )
        show_facts(
            {
                KIND_WORDS[record.kind]: f"asked for by {record.actor}, {clock_words(waiting.asked_at)}",
                "Reason": record.reason,
                "Lapses": Cell(until(left), note=exact(waiting.lapses_at, reader_zone())),
            }
        )
        show_answering(record, on_done)
        if customer:
            _show_way_to_account(record.client_account_id)


def _show_way_to_account(client_account_id: str) -> None:
    st.page_link(page_named("customers"), label="Go to account", query_params={"account": client_account_id})


def show_answering(record: ActionRecord, on_done: OnDone) -> None:
    """Show what confirming costs, and the buttons that this person may press; else why there are none."""
    desk = current_desk()
    show_sentence(cost_in_words(record.kind, record.what), tone="wb-amber")
    act = ACT_OF_KIND[record.kind]
    if not may(act):
        show_note(desk.acting.refusal_of(act).message)
    elif record.waiting is not None and record.waiting.subject == desk.acting.person.subject:
        _show_withdrawing(record, on_done)
    elif may(Act.CONFIRM_SECOND):
        _show_deciding(record, on_done)


def _show_withdrawing(record: ActionRecord, on_done: OnDone) -> None:
    show_note("You asked for this, so somebody else has to confirm or decline it.")
    st.button(
        "Withdraw it",
        key=f"wb-second-withdraw-{record.action_id}",
        on_click=_withdraw,
        args=(record.action_id, on_done),
    )


def _show_deciding(record: ActionRecord, on_done: OnDone) -> None:
    action_id = record.action_id
    can_confirm = current_desk().acting.person.is_told_apart
    if not can_confirm:
        show_note(f"{NOT_TOLD_APART.words} {NOT_TOLD_APART.next_step}")
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="bottom"):
        if can_confirm:
            st.button(
                literal(CONFIRM_WORDS[record.kind]),
                key=f"wb-second-confirm-{action_id}",
                type="primary",
                on_click=_confirm,
                args=(action_id, on_done),
            )
        st.text_input(
            "Reason, if you decline (optional)",
            key=_reason_key(action_id),
            max_chars=LONGEST_REASON,
            persist_state="page",
            autocomplete="off",
            width=_REASON_WIDTH,
        )
        st.button("Decline", key=f"wb-second-decline-{action_id}", on_click=_decline, args=(action_id, on_done))


def _reason_key(action_id: str) -> str:
    return f"wb-second-why-{action_id}"


@error_kept
def _withdraw(action_id: str, on_done: OnDone) -> None:
    _end(withdraw_action(current_desk().actions, action_id), on_done)


@error_kept
def _confirm(action_id: str, on_done: OnDone) -> None:
    _end(confirm_as_second(current_desk().actions, action_id), on_done)


@error_kept
def _decline(action_id: str, on_done: OnDone) -> None:
    why = str(st.session_state.get(_reason_key(action_id), ""))
    _end(decline_as_second(current_desk().actions, action_id, why), on_done)


def _end(receipt: Receipt, on_done: OnDone) -> None:
    """These are callbacks, so that a press also counts when the box is gone: somebody else may have been faster."""
    if receipt.blocker is not None:
        keep_blocker(PRESSED, receipt.blocker)
    else:
        on_done(receipt)


def show_second_person_note() -> None:
    """Say in a form that the first person's confirmation sends nothing yet."""
    show_note("Two-person rule: nothing is sent until somebody else confirms it, within 24 hours.", role="status")


def find_waiting(client_account_id: str) -> list[ActionRecord]:
    """The account's actions that wait for a second person, the first to lapse first."""
    return _records(read_of_account("actions/awaiting", client_account_id).rows)


def show_not_confirmed(client_account_id: str, but: Collection[str]) -> None:
    """Say of the account's actions that were declined, withdrawn or lapsed in the last day how that came."""
    for record in _records(read_of_account("actions/not_confirmed", client_account_id).rows):
        if record.action_id not in but:
            show_ending(record)


def show_ending(record: ActionRecord, *, customer: str = "") -> None:
    """Say in a line how the waiting of an action ended that was not sent."""
    if record.waiting is None or record.waiting.ended_at is None:
        return
    at = ago(hours_since(record.waiting.ended_at, datetime.now(UTC)))
    what = f"{KIND_WORDS[record.kind]}{f' for {customer}' if customer else ''}, asked for by {record.actor}."
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        show_note(f"{what} {ending_in_words(record.waiting, at)} Nothing was sent.", role="status")
        st.page_link(
            page_named("actions"), label=literal("Open its receipt"), query_params={"action": record.action_id}
        )


def _records(rows: list[dict[str, str]]) -> list[ActionRecord]:
    found = (current_desk().actions.store.find_action(row["action_id"]) for row in rows)
    return [record for record in found if record is not None]

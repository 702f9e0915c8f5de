"""The top of the account page: where the account stands, why, whose move it is and what comes next."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import htpy as h
from htpy import Node

from workbench.casework.handover import customer_zone
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.moments import duration
from workbench.domain.standing.customer_answers import CustomerAnswer, answer_for_customer
from workbench.domain.standing.guidance import Guidance, guidance_for
from workbench.domain.vocabulary import Turn
from workbench.ui.account.actions import show_action_links
from workbench.ui.charts.palette import TURN_COLOURS
from workbench.ui.forms.fields import choice_words
from workbench.ui.frame.frame import wake_at
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import Cell, badge, show_facts, show_heading, show_html, show_note
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import ago_cell, reader_zone
from workbench.ui.text.words import (
    RESTRICTED_BY_EVENT,
    cause_words,
    code_word,
    exact,
    standing_word,
    turn_word,
    until,
)


def headline_of(account: dict[str, Any]) -> str:
    """Say in one line what the account waits for, since or until when, and the next step."""
    guidance = guidance_for(
        account["standing"],
        account["turn"],
        account["link_state"],
        account["expirations_left"],
        account["lost_link_requests"],
        account["reason_code"],
        lacks_identity_document=bool(account["lacks_identity_document"]),
    )
    clause = _link_clause(account) if account["standing"] == "verification" else _age_clause(account, guidance)
    next_step = guidance.next_step
    if account.get("contradiction") and (account["turn"] or Turn.NOBODY) == Turn.NOBODY:
        next_step = f"Ask Bakkt which is right: {account['contradiction']}."
    return f"{guidance.status_words}{clause}. {next_step}"


def _link_clause(account: dict[str, Any]) -> str:
    used = f"{account['expirations_used'] or 0} of {LINKS_ALLOWED} expired"
    left = account["hours_left"]
    if left is None:
        return f" · {used}"
    return f" · link expires {until(left)}; {used}" if left > 0 else f" · link expired {duration(left)} ago; {used}"


def _age_clause(account: dict[str, Any], guidance: Guidance) -> str:
    """ " for 18 d" or " · 2 d so far, due in 22 h"; empty if the age is not known."""
    if account["age_hours"] is None:
        return ""
    age = duration(account["age_hours"])
    if guidance.age_words:
        return f" {guidance.age_words.format(age)}"
    if account["due_at"] is None:
        return f" · {age} so far"
    overdue = account["hours_overdue"]
    return (
        f" · {age} so far, {duration(overdue)} late" if overdue > 0 else f" · {age} so far, due in {duration(overdue)}"
    )


def show_head(account: dict[str, Any], checklist: Sequence[dict[str, Any]], missing_fields: Sequence[str]) -> None:
    wake_at([account["link_expires_at"], account["due_at"]])
    turn = account["turn"] or Turn.NOBODY.value
    parts: list[Node] = [
        badge(standing_word(account["standing"])),
        " ",
        badge(turn_word(turn), TURN_COLOURS[Turn(turn)]),
        " ",
        h.span(".wb-note")[code_word(account["account_type"])],
    ]
    contradiction = account["contradiction"]
    if contradiction:
        parts += [" ", h.span(".wb-amber")[f"Contradiction: {contradiction}"]]
    if account["is_restricted_by_event"]:
        parts += [" ", h.span(".wb-note")[RESTRICTED_BY_EVENT]]
    show_html(
        h.h1(".wb-answer.wb-name")[account["display_name"] or account["client_account_id"]],
        h.p(".wb-sentence")[headline_of(account)],
        h.p(".wb-row")[parts],
    )
    if account["standing"]:
        _show_answer_for_customer(answer_for_customer(account["standing"], account["reason_code"]))
    show_action_links(account, checklist, missing_fields)


def _show_answer_for_customer(answer: CustomerAnswer) -> None:
    """Show the sentence for the customer, ready to copy, and what must not be said."""
    show_note("If the customer asks:")
    show_copyable(answer.words, key="wb-answer-for-customer")
    if answer.must_not_say:
        show_note(f"Do not say: {answer.must_not_say}", tone="wb-amber")


def show_state(account: dict[str, Any]) -> None:
    """Show the facts needed on a phone call, at the right of the page."""
    show_heading("Account")
    show_copyable(account["client_account_id"], key="wb-account-id")
    trading = {True: "yes", False: "no", None: "not read yet"}[account["can_trade_crypto"]]
    show_facts(
        {
            "Why": cause_words(account["standing_cause"]),
            "Since": ago_cell(account["standing_since"], is_undated=account["standing_undated"]),
            "Due": _due(account),
            "Can trade": f"{trading}, says the status call" if account["is_restricted_by_event"] else trading,
            "Their time": _their_time(account["client_account_id"]),
            "Settlement": choice_words(account["settlement_method"] or ""),
            "Opened": ago_cell(account["created_at"]),
            "Last synced": ago_cell(account["read_at"]) or "not yet",
            "Last event": ago_cell(account["last_event_at"]) or "none yet",
            "Bakkt account id": account["bakkt_account_id"],
            "Pending updates": account["pending_updates"] or None,
        }
    )


def _their_time(client_account_id: str) -> str | None:
    """The customer's hour now, for a call."""
    now = datetime.now(UTC)
    known = customer_zone(current_desk().store, client_account_id, now)
    return f"{now.astimezone(known.zone):%H:%M} ({known.words})" if known else None


def _due(account: dict[str, Any]) -> Cell | None:
    at = account["due_at"]
    return None if at is None else Cell(until(-account["hours_overdue"]), note=exact(at, reader_zone()))


def find_account(client_account_id: str) -> dict[str, Any]:
    return read_uncached("accounts/one", client_account_id=client_account_id).first

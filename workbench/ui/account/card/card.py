"""The answer card: what the account waits for in one line, whose move it is, and the next step as a button."""

from datetime import UTC, datetime
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element, Node

from workbench.access.policy import Act
from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.moments import duration
from workbench.domain.standing.customer_answers import CustomerAnswer, answer_for_customer
from workbench.domain.standing.guidance import Guidance, guidance_for
from workbench.domain.standing.next_step import AccountCase, next_step_for
from workbench.domain.vocabulary import Standing, Turn
from workbench.figures.palette import TURN_COLOURS
from workbench.ui.account.card.budget import LIVE_STATES, budget_words, show_budget
from workbench.ui.account.card.buttons import show_step_buttons
from workbench.ui.account.link.handover import show_qr_code_toggle
from workbench.ui.account.link.request import show_link_form
from workbench.ui.account.reads import AccountReads
from workbench.ui.account.tabs import offer_overview
from workbench.ui.frame.not_allowed import is_allowed
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import badge, show_html, show_note
from workbench.ui.live.permission import may
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import RESTRICTED_BY_EVENT, clock, exact, until

MOVE_WORDS = {
    Turn.CUSTOMER: "● Customer's move",
    Turn.US: "◆ Our move",
    Turn.BAKKT: "■ Bakkt's move",
    Turn.NOBODY: "○ Nobody's move",
}
_ASSUMED_NOTE = f". Bakkt gave no expiry that can be read: {LINK_LIFE_HOURS} hours from its receipt are assumed"


def show_card(
    account: dict[str, Any], reads: AccountReads, *, asks_for_link: bool = False, is_link_waiting: bool = False
) -> None:
    """Show the card; ``asks_for_link`` opens the form that sends a new link in it.

    ``is_link_waiting``: a request waits for a second person.
    """
    case = case_of(account)
    step = next_step_for(case)
    with st.container(border=True, gap="xsmall", key="wb-card"):
        show_html(_title(account, case), _move_line(account))
        with st.container(gap="xsmall"):  # in every run: a line of it that goes would move the form
            if account["standing"] == Standing.VERIFICATION:
                show_budget(account)
        if not asks_for_link:
            show_html(h.p(".wb-sentence")[step.sentence])
        is_live = account["link_state"] in LIVE_STATES
        if asks_for_link and is_allowed(Act.REQUEST_LINK):
            show_link_form(account)
        elif asks_for_link:
            offer_overview()
        if is_live or not asks_for_link:
            show_step_buttons(account, case, step, reads, is_link_waiting=is_link_waiting)
        if is_live and may(Act.SEE_LINK):
            show_qr_code_toggle(account["client_account_id"])
        if account["standing"]:
            is_out_of_links = bool(account["is_used_up"])
            answer = answer_for_customer(account["standing"], account["reason_code"], is_out_of_links=is_out_of_links)
            _show_answer_for_customer(answer)


def show_card_line(account: dict[str, Any]) -> None:
    """The card in one line, above the other tabs."""
    show_html(h.p(".wb-card-line")[_move_badge(account), " ", headline_of(account)])


def case_of(account: dict[str, Any]) -> AccountCase:
    return AccountCase(
        account["standing"],
        account["turn"],
        account["reason_code"],
        account["link_state"],
        account["expirations_left"],
        account["lost_link_requests"] or 0,
        is_link_unseen=account["link_unseen_until"] is not None,
        lacks_identity_document=bool(account["lacks_identity_document"]),
        is_late=(account["hours_overdue"] or 0) > 0,
        contradiction=account["contradiction"],
    )


def headline_of(account: dict[str, Any]) -> str:
    """Say in one line what the account waits for, since or until when, and the next step."""
    case = case_of(account)
    return f"{_status(account, case)}. {next_step_for(case).sentence}"


def _status(account: dict[str, Any], case: AccountCase) -> str:
    guidance = _guidance(case)
    clause = _link_clause(account) if account["standing"] == Standing.VERIFICATION else _age_clause(account, guidance)
    return f"{guidance.status_words}{clause}"


def _guidance(case: AccountCase) -> Guidance:
    return guidance_for(
        case.standing,
        case.turn,
        case.link_state,
        case.expirations_left,
        case.lost_requests,
        case.reason_code,
        lacks_identity_document=case.lacks_identity_document,
    )


def _link_clause(account: dict[str, Any]) -> str:
    left = account["hours_left"]
    if left is None:
        return f" · {budget_words(account)}"
    ends = f"link expires {until(left)}" if left > 0 else f"link expired {duration(left)} ago"
    return f" · {ends}; {budget_words(account)}"


def _age_clause(account: dict[str, Any], guidance: Guidance) -> str:
    """ " for 18 d" or " · 2 d so far, due in 22 h"; empty if the age is not known."""
    if account["age_hours"] is None:
        return ""
    age = duration(account["age_hours"])
    if guidance.age_words:
        return f" {guidance.age_words.format(age)}"
    due = _due_words(account)
    return f" · {age} so far, {due}" if due else f" · {age} so far"


def _due_words(account: dict[str, Any]) -> str:
    if account["due_at"] is None:
        return ""
    overdue = account["hours_overdue"]
    return f"{duration(overdue)} late" if overdue > 0 else f"due in {duration(overdue)}"


def _title(account: dict[str, Any], case: AccountCase) -> Element:
    guidance = _guidance(case)
    age = f" {guidance.age_words.format(duration(account['age_hours']))}" if _has_age(account, guidance) else ""
    return h.h2(".wb-card-title")[f"{guidance.status_words}{age}"]


def _has_age(account: dict[str, Any], guidance: Guidance) -> bool:
    return bool(guidance.age_words) and account["age_hours"] is not None


def _move_line(account: dict[str, Any]) -> Element:
    """Whose move it is and until when, whether the account can trade, and what is odd about it."""
    is_link = account["standing"] == Standing.VERIFICATION and account["link_expires_at"] is not None
    when = _link_end(account) if is_link else _age_and_due(account)
    parts: list[Node] = [_move_badge(account), when]
    if account["can_trade_crypto"] is not None:
        trade = "Can trade" if account["can_trade_crypto"] else "Can't trade"
        says = ", says the status call" if account["is_restricted_by_event"] else ""
        parts.append(badge(f"{trade}{says}"))
    if account["contradiction"]:
        parts.append(h.span(".wb-amber")[f"Contradiction: {account['contradiction']}"])
    if account["is_restricted_by_event"]:
        parts.append(h.span(".wb-note")[RESTRICTED_BY_EVENT])
    return h.p(".wb-row.wb-move")[parts]


def _move_badge(account: dict[str, Any]) -> Element:
    turn = Turn(account["turn"] or Turn.NOBODY)
    return badge(MOVE_WORDS[turn], TURN_COLOURS[turn])


def _link_end(account: dict[str, Any]) -> Element:
    """ "link expires in 6 h (Sun 00:46)", in the colour of its urgency."""
    left, ends_at = account["hours_left"], account["link_expires_at"]
    assumed = " (assumed)" if account["is_expiry_assumed"] else ""
    words = f"link expires {until(left)}" if left > 0 else f"link expired {duration(left)} ago"
    is_last = account["is_last_link"] and left > 0
    tone = "wb-amber" if account["link_state"] == "expiring" else None
    tone = "wb-red" if tone and is_last else tone
    last = [" · ", h.strong["LAST of 3"]] if is_last else []
    at = clock(ends_at, reader_zone(), datetime.now(UTC))
    note = f"{exact(ends_at, reader_zone())}{_ASSUMED_NOTE if assumed else ''}"
    return h.span(class_=tone, title=note)[f"{words} ({at}){assumed}", last]


def _age_and_due(account: dict[str, Any]) -> Element:
    if account["due_at"] is None:
        return h.span[""]
    is_late = account["hours_overdue"] > 0
    age = f"{duration(account['age_hours'])} so far, " if account["age_hours"] is not None else ""
    return h.span(class_="wb-amber" if is_late else None, title=exact(account["due_at"], reader_zone()))[
        f"{age}{_due_words(account)}"
    ]


def _show_answer_for_customer(answer: CustomerAnswer) -> None:
    """Show the sentence for the customer, ready to copy, and what must not be said."""
    with st.container(gap="xxsmall", key="wb-say"):
        show_note("If the customer asks, say:")
        show_copyable(answer.words, key="wb-answer-for-customer")
        if answer.must_not_say:
            show_note(f"Do not say: {answer.must_not_say}", tone="wb-amber")

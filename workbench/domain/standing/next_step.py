"""The next step for an account: one sentence and its buttons, by standing, turn, Bakkt's reason and the link."""

from dataclasses import dataclass, replace
from enum import StrEnum

from workbench.domain.standing.customer_answers import SILENT_REASONS
from workbench.domain.standing.guidance import SAY_ONLY, guidance_for
from workbench.domain.vocabulary import Standing, Turn


class StepButton(StrEnum):
    """What a button of the answer card does."""

    COPY_MESSAGE = "copy_message"
    COPY_LINK = "copy_link"
    SEND_LINK = "send_link"
    FETCH_LINK = "fetch_link"
    SETTLE_REQUEST = "settle_request"
    UPLOAD_IDENTITY_DOCUMENT = "upload_identity_document"
    COMPLETE_CHECKLIST = "complete_checklist"
    REVIEW_KYB = "review_kyb"
    COPY_MESSAGE_TO_BAKKT = "copy_message_to_bakkt"
    CONTACT_BAKKT = "contact_bakkt"
    READ_ACCOUNT = "read_account"


@dataclass(frozen=True, slots=True)
class AccountCase:
    """What the next step depends on.

    ``reason_code`` is that of the latest event. ``is_link_unseen``: Bakkt issued a link whose URL nobody has seen.
    ``contradiction``: how the latest event and the status call disagree, in words.
    """

    standing: str | None
    turn: str | None = None
    reason_code: str | None = None
    link_state: str | None = None
    expirations_left: int | None = None
    lost_requests: int = 0
    is_link_unseen: bool = False
    lacks_identity_document: bool = False
    is_late: bool = False
    contradiction: str | None = None


@dataclass(frozen=True, slots=True)
class NextStep:
    """``primary`` is the page's primary button; None where there is nothing to do. ``others`` stand beside it."""

    sentence: str
    primary: StepButton | None = None
    others: tuple[StepButton, ...] = ()


WAIT_FOR_BAKKT = NextStep("Waiting for Bakkt. Nothing to do.")
ASK_BAKKT = NextStep("Bakkt is late: ask what it waits for.", StepButton.COPY_MESSAGE_TO_BAKKT)

_LIVE_LINK = frozenset({"live", "expiring"})
_OUR_STEPS = {
    Standing.SUBMITTED: StepButton.UPLOAD_IDENTITY_DOCUMENT,
    Standing.KYB_DOCUMENTS: StepButton.COMPLETE_CHECKLIST,
    Standing.UNDER_REVIEW: StepButton.COMPLETE_CHECKLIST,
    Standing.KYB_READY: StepButton.REVIEW_KYB,
    Standing.UNRECOGNISED: StepButton.CONTACT_BAKKT,
}
_CLOSURE_REQUESTED = "ACCOUNT_CLOSURE_REQUESTED"


def next_step_for(case: AccountCase) -> NextStep:
    """The next step; an account that was never read has one too."""
    turn = case.turn or Turn.NOBODY
    if case.contradiction and turn == Turn.NOBODY:
        return NextStep(f"Ask Bakkt which is right: {case.contradiction}.", StepButton.COPY_MESSAGE_TO_BAKKT)
    if case.standing is None:
        return NextStep(_sentence(case), StepButton.READ_ACCOUNT)
    standing = Standing(case.standing)
    if standing is Standing.VERIFICATION:
        return _link_step(case)
    if turn == Turn.US:
        return NextStep(_sentence(case), _our_step(standing, lacks_identity_document=case.lacks_identity_document))
    if turn == Turn.BAKKT:
        return _bakkts_step(case, standing)
    others = (StepButton.COPY_MESSAGE_TO_BAKKT,) if case.reason_code == "RISK_KYC" else ()
    return NextStep(_sentence(case), None, others if standing is Standing.REJECTED else ())


def _our_step(standing: Standing, *, lacks_identity_document: bool) -> StepButton | None:
    if standing is Standing.UNDER_REVIEW and lacks_identity_document:
        return StepButton.UPLOAD_IDENTITY_DOCUMENT
    return _OUR_STEPS.get(standing)


def _bakkts_step(case: AccountCase, standing: Standing) -> NextStep:
    is_closing = case.reason_code == _CLOSURE_REQUESTED
    if standing is Standing.SUSPENDED and not is_closing:
        return NextStep(_sentence(case), StepButton.COPY_MESSAGE_TO_BAKKT)
    step = ASK_BAKKT if case.is_late else WAIT_FOR_BAKKT
    return replace(step, sentence=f"{step.sentence} {SAY_ONLY}") if case.reason_code in SILENT_REASONS else step


def _link_step(case: AccountCase) -> NextStep:
    if case.link_state in _LIVE_LINK:
        return NextStep(_sentence(case), StepButton.COPY_MESSAGE, (StepButton.COPY_LINK,))
    if case.lost_requests:
        return NextStep(_sentence(case), StepButton.SETTLE_REQUEST)
    if case.expirations_left is not None and case.expirations_left <= 0:
        return NextStep(_sentence(case), StepButton.COPY_MESSAGE_TO_BAKKT)
    if case.is_link_unseen:
        return NextStep("Bakkt issued a link that nobody has seen: fetch it at no cost.", StepButton.FETCH_LINK)
    return NextStep(_sentence(case), StepButton.SEND_LINK)


def _sentence(case: AccountCase) -> str:
    return guidance_for(
        case.standing,
        case.turn,
        case.link_state,
        case.expirations_left,
        case.lost_requests,
        case.reason_code,
        lacks_identity_document=case.lacks_identity_document,
    ).next_step

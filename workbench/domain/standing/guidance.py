"""What each standing means for the desk, by Bakkt's reason, and the next step, as tables for pages to show."""

from dataclasses import dataclass, replace

from workbench.domain.standing.customer_answers import SILENT_REASONS
from workbench.domain.vocabulary import Standing, Turn


@dataclass(frozen=True, slots=True)
class Guidance:
    """``status_words`` says where the account is, ``next_step`` what to do.

    ``age_words`` continues ``status_words`` with how long the account has been there: "for {}" or "{} ago".
    """

    status_words: str
    next_step: str
    age_words: str = ""


_NEVER_READ = Guidance("Not read from Bakkt yet", "Run a sync for this account to see where it stands.")

_BY_STANDING = {
    Standing.SUBMITTED: Guidance("Waiting for Bakkt's first response", "Nothing to do until Bakkt answers."),
    Standing.KYB_DOCUMENTS: Guidance(
        "The checklist is not complete, so KYB screening cannot start",
        "Upload or record what the checklist still needs.",
    ),
    Standing.KYB_READY: Guidance("The checklist is complete", "Trigger KYB screening."),
    Standing.KYB_SCREENING: Guidance("Bakkt is screening the business", "Nothing to do until Bakkt decides."),
    Standing.UNDER_REVIEW: Guidance("Bakkt is reviewing the account", "Nothing to do until Bakkt decides."),
    Standing.SUSPENDED: Guidance("Suspended by Bakkt", "Ask Bakkt for the reason before you tell the customer."),
    Standing.UNRECOGNISED: Guidance(
        "Bakkt sent a status that the workbench does not know",
        "Read the latest event below, and ask Bakkt what it means.",
    ),
    Standing.ACTIVE: Guidance("Active", "Nothing to do.", "for {}"),
    Standing.REJECTED: Guidance("Rejected by Bakkt", "Final. Tell the customer according to your policy.", "{} ago"),
    Standing.LIQUIDATED: Guidance("Liquidated", "The customer can only sell or withdraw. Nothing to do.", "{} ago"),
    Standing.CLOSED: Guidance("Closed", "Final. Nothing to do.", "{} ago"),
}

SAY_ONLY = "Tell the customer the sentence below and nothing else."
_CLOSURE_ASKED = Guidance("The customer asked to close the account", "Nothing to do until Bakkt confirms the closure.")

_BY_REASON = {
    (Standing.SUSPENDED, "ACCOUNT_CLOSURE_REQUESTED"): _CLOSURE_ASKED,
    (Standing.UNDER_REVIEW, "ACCOUNT_CLOSURE_REQUESTED"): _CLOSURE_ASKED,
    (Standing.CLOSED, "ACCOUNT_CLOSURE_REQUESTED"): Guidance(
        "Closed, as the customer asked", "Final. Nothing to do.", "{} ago"
    ),
    (Standing.SUSPENDED, "COMPLIANCE_LOCKED"): Guidance(
        "Suspended by Bakkt's compliance team",
        f"Only they can lift it: ask them, and pass on what they need. {SAY_ONLY}",
    ),
    (Standing.SUSPENDED, "OTHER"): Guidance(
        "Suspended by Bakkt, which names no reason", "Ask Bakkt for the reason before you tell the customer."
    ),
    (Standing.REJECTED, "RISK_KYC"): Guidance(
        "Rejected by Bakkt: the identity check failed",
        "Final. If the customer says that their details were wrong, ask Bakkt what is possible.",
        "{} ago",
    ),
    (Standing.REJECTED, "RISK_OFAC"): Guidance(
        "Rejected by Bakkt: the sanctions screening failed",
        f"Final. Pass questions on to your compliance team. {SAY_ONLY}",
        "{} ago",
    ),
}
_SILENT_STEP = f"Ask Bakkt's compliance team if anything is needed. {SAY_ONLY}"

_REVIEW_NEEDS_DOCUMENTS = Guidance(
    "Bakkt is reviewing the account, and documents or records are missing",
    "Upload or record what the checklist still needs.",
)
_UPLOAD_IDENTITY_DOCUMENT = (
    "Upload a passport, identification card or driver's licence of each owner who lives outside the USA."
)
_LACKS_IDENTITY_DOCUMENT = {
    Standing.SUBMITTED: Guidance(
        "Waiting for Bakkt's first response, and an identity document is missing", _UPLOAD_IDENTITY_DOCUMENT
    ),
    Standing.UNDER_REVIEW: Guidance(
        "Bakkt is reviewing the account, and an identity document is missing", _UPLOAD_IDENTITY_DOCUMENT
    ),
}
_CUSTOMER_VERIFIES = Guidance("Waiting for the customer to verify", "Nothing to do unless they ask.")
_LINK_EXPIRES_SOON = Guidance(
    "Waiting for the customer to verify",
    "Remind the customer now: this link still works, and only three may expire.",
)
_LAST_LINK_EXPIRES_SOON = Guidance(
    "Waiting for the customer to verify", "Call the customer now: this is the last link, and it expires soon."
)
_LINK_EXPIRED = Guidance(
    "The verification link expired", "Contact the customer first; send a new link only when they are ready to use it."
)
_LINK_UNKNOWN = Guidance(
    "The customer must verify and has no link yet",
    "Contact the customer first; send a link only when they are ready.",
)
_REQUEST_UNSETTLED = Guidance(
    "A link request was sent, and its answer was lost",
    "Settle that request first: it may have used the last link. Ask Bakkt whether a link was issued.",
)
_LINKS_USED_UP = Guidance("Out of links: Bakkt issues no more", "Only Bakkt can help now: contact them.")


def guidance_for(
    standing: str | None,
    turn: str | None = None,
    link_state: str | None = None,
    expirations_left: int | None = None,
    lost_requests: int | None = None,
    reason_code: str | None = None,
    *,
    lacks_identity_document: bool = False,
) -> Guidance:
    """The guidance for an account's current standing; an account that was never read has one too.

    ``reason_code`` is that of the latest event.
    """
    if standing is None:
        return _NEVER_READ
    known = Standing(standing)
    if known is Standing.VERIFICATION:
        return _verification_guidance(link_state, expirations_left, lost_requests or 0)
    if lacks_identity_document and known in _LACKS_IDENTITY_DOCUMENT:
        return _LACKS_IDENTITY_DOCUMENT[known]
    if known is Standing.UNDER_REVIEW and turn == Turn.US:
        return _REVIEW_NEEDS_DOCUMENTS
    return _guidance_by_reason(known, reason_code or "")


def _guidance_by_reason(standing: Standing, reason_code: str) -> Guidance:
    by_standing = _BY_STANDING[standing]
    if (standing, reason_code) in _BY_REASON:
        return _BY_REASON[standing, reason_code]
    if reason_code in SILENT_REASONS and standing is not Standing.ACTIVE:
        return replace(by_standing, next_step=f"{by_standing.next_step} {_SILENT_STEP}")
    return by_standing


def _verification_guidance(link_state: str | None, expirations_left: int | None, lost_requests: int) -> Guidance:
    left = 0 if expirations_left is None else expirations_left
    if link_state == "live":
        return _CUSTOMER_VERIFIES
    if link_state == "expiring":
        return _LINK_EXPIRES_SOON if left > 1 else _LAST_LINK_EXPIRES_SOON
    if lost_requests:
        return _REQUEST_UNSETTLED
    if expirations_left is not None and left <= 0:
        return _LINKS_USED_UP
    return _LINK_EXPIRED if link_state == "expired" else _LINK_UNKNOWN

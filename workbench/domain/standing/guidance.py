"""What each standing means for the desk, and the next step, as one table for pages to show."""

from dataclasses import dataclass

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
        "Documents are missing before KYB screening can start", "Upload what the checklist still needs."
    ),
    Standing.KYB_READY: Guidance("All documents are in", "Trigger KYB screening."),
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

_REVIEW_NEEDS_DOCUMENTS = Guidance(
    "Bakkt is reviewing the account, and documents are missing", "Upload what the checklist still needs."
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
_LINKS_USED_UP = Guidance("Out of links: all three expired", "Only Bakkt can help now: contact them.")


def guidance_for(
    standing: str | None,
    turn: str | None = None,
    link_state: str | None = None,
    expirations_left: int | None = None,
    lost_requests: int | None = None,
    *,
    lacks_identity_document: bool = False,
) -> Guidance:
    """The guidance for an account's current standing; an account that was never read has one too."""
    if standing is None:
        return _NEVER_READ
    known = Standing(standing)
    if known is Standing.VERIFICATION:
        return _verification_guidance(link_state, expirations_left, lost_requests or 0)
    if lacks_identity_document and known in _LACKS_IDENTITY_DOCUMENT:
        return _LACKS_IDENTITY_DOCUMENT[known]
    if known is Standing.UNDER_REVIEW and turn == Turn.US:
        return _REVIEW_NEEDS_DOCUMENTS
    return _BY_STANDING[known]


def _verification_guidance(link_state: str | None, expirations_left: int | None, lost_requests: int) -> Guidance:
    left = 0 if expirations_left is None else expirations_left
    if link_state == "live":
        return _CUSTOMER_VERIFIES
    if link_state == "expiring":
        return _LINK_EXPIRES_SOON if left > 1 else _LAST_LINK_EXPIRES_SOON
    if expirations_left is not None and left <= 0:
        return _REQUEST_UNSETTLED if lost_requests else _LINKS_USED_UP
    return _LINK_EXPIRED if link_state == "expired" else _LINK_UNKNOWN

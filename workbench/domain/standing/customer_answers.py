"""What to tell a customer who asks about their account, and what must not be said, by standing and Bakkt's reason."""

from dataclasses import dataclass

from workbench.domain.vocabulary import Standing

SILENT_REASONS = frozenset({"RISK_OFAC", "COMPLIANCE_LOCKED"})
"""Of these the customer learns no reason and gets no hint (DESK.md, "Reason codes speak")."""


@dataclass(frozen=True, slots=True)
class CustomerAnswer:
    """``words`` are for the customer as they stand; ``must_not_say`` continues "do not say: "."""

    words: str
    must_not_say: str = ""


_NO_HINT = (
    "any reason, and any hint of one: no word about checks, screening, sanctions, compliance or the law, none about "
    "how long it takes, and none about what would help."
)
_NOT_OUR_GUESS = "a reason of your own: Bakkt has named none."

_SILENT = {
    Standing.CLOSED: "Your account is closed. We cannot say more about it.",
    Standing.LIQUIDATED: "You can still sell or withdraw what you hold, and nothing else. We cannot say more about it.",
    Standing.REJECTED: "We cannot offer you an account. We cannot say more about it.",
}
_SILENT_OTHERWISE = (
    "Your account is not available at the moment. We cannot say more about it now, and will contact you as soon as "
    "that changes."
)

_BY_REASON = {
    (Standing.CLOSED, "ACCOUNT_CLOSURE_REQUESTED"): CustomerAnswer("Your account is closed, as you asked."),
    (Standing.SUSPENDED, "ACCOUNT_CLOSURE_REQUESTED"): CustomerAnswer(
        "You asked for your account to be closed. That is under way, and we will tell you when it is done.",
        "that the account was suspended: the customer asked for this.",
    ),
    (Standing.UNDER_REVIEW, "ACCOUNT_CLOSURE_REQUESTED"): CustomerAnswer(
        "You asked for your account to be closed. That is under way, and we will tell you when it is done.",
        "that the account is under review: the customer asked for this.",
    ),
    (Standing.REJECTED, "RISK_KYC"): CustomerAnswer(
        "We could not confirm your identity with the information that we have, so we cannot offer you an account.",
        "which check failed or which detail did not match, and that another application would succeed.",
    ),
    (Standing.SUSPENDED, "OTHER"): CustomerAnswer(
        "Your account is suspended at the moment. We are asking for the reason and will get back to you.",
        _NOT_OUR_GUESS,
    ),
}

_BY_STANDING = {
    Standing.SUBMITTED: CustomerAnswer("We have received your application. There is nothing for you to do right now."),
    Standing.KYB_DOCUMENTS: CustomerAnswer("We still need documents for your business, and will tell you which."),
    Standing.KYB_READY: CustomerAnswer("We have all documents for your business. There is nothing for you to do."),
    Standing.KYB_SCREENING: CustomerAnswer("Your business is being reviewed. There is nothing for you to do."),
    Standing.UNDER_REVIEW: CustomerAnswer(
        "Your account is being reviewed. There is nothing for you to do right now.",
        "when the review ends or how: nobody knows that yet.",
    ),
    Standing.VERIFICATION: CustomerAnswer(
        "Please confirm your identity with a document and a scan of your face, by the link that we send you.",
        "that the account is approved once that is done.",
    ),
    Standing.SUSPENDED: CustomerAnswer(
        "Your account is suspended at the moment. We are asking for the reason and will get back to you.",
        _NOT_OUR_GUESS,
    ),
    Standing.UNRECOGNISED: CustomerAnswer(
        "We are checking the state of your account and will get back to you.", "what you think the status means."
    ),
    Standing.ACTIVE: CustomerAnswer("Your account is open."),
    Standing.REJECTED: CustomerAnswer("We cannot offer you an account.", _NOT_OUR_GUESS),
    Standing.LIQUIDATED: CustomerAnswer(
        "You can still sell or withdraw what you hold. You cannot buy or deposit.", _NOT_OUR_GUESS
    ),
    Standing.CLOSED: CustomerAnswer("Your account is closed."),
}


_OUT_OF_LINKS = CustomerAnswer(
    "We are finding out how you can confirm your identity, and will contact you.",
    "that another link comes, and that the account is approved once that is done.",
)


def answer_for_customer(
    standing: str, reason_code: str | None = None, *, is_out_of_links: bool = False
) -> CustomerAnswer:
    """The answer by the account's standing and the reason in its latest event, if it has one."""
    known = Standing(standing)
    if known is Standing.VERIFICATION and is_out_of_links:
        return _OUT_OF_LINKS
    if reason_code in SILENT_REASONS and known is not Standing.ACTIVE:
        return CustomerAnswer(_SILENT.get(known, _SILENT_OTHERWISE), _NO_HINT)
    return _BY_REASON.get((known, reason_code or ""), _BY_STANDING[known])

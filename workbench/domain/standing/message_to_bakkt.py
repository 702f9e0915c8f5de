"""The message that asks Bakkt's operations team about an account. It names the account by its ids alone."""

from datetime import datetime

from workbench.domain.moments import moment_in_words
from workbench.domain.standing.next_step import AccountCase
from workbench.domain.vocabulary import Standing, Turn

SUBJECT = "A question about an account"
_GENERAL = "What does it wait for, and do you need anything from us?"
_QUESTIONS = {
    Standing.VERIFICATION: "No verification link is left for this customer. Can you issue another one, or verify the "
    "customer in another way?",
    Standing.SUSPENDED: "Why is the account suspended, and what is needed to lift that?",
    Standing.UNRECOGNISED: "Your latest event has a status that we do not know. What does it mean, and what do you "
    "need from us?",
    Standing.REJECTED: "The customer says that their details were wrong. Can anything be done?",
}


def message_to_bakkt(
    case: AccountCase, client_account_id: str, bakkt_account_id: str | None, since: datetime | None
) -> str:
    """A message ready to send: the ids, where the account is and since when, and the question."""
    facts = [f"clientAccountId: {client_account_id}"]
    facts += [f"Bakkt account id: {bakkt_account_id}"] if bakkt_account_id else []
    facts += [f"State: {_state_words(case)}{f', since {moment_in_words(since)}' if since else ''}"]
    return "\n\n".join(["Hello,", "\n".join(facts), _question(case), "Thank you."])


def _state_words(case: AccountCase) -> str:
    state = (case.standing or "not read").replace("_", " ")
    return f"{state} ({case.reason_code})" if case.reason_code else state


def _question(case: AccountCase) -> str:
    if case.contradiction and (case.turn or Turn.NOBODY) == Turn.NOBODY:
        return f"Your event and your status call disagree: {case.contradiction}. Which is right?"
    return _QUESTIONS.get(Standing(case.standing), _GENERAL) if case.standing else _GENERAL

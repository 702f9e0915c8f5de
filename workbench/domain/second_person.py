"""The two-person rule: two acts wait until a second person confirms them, and lapse when what they rest on changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from workbench.domain.actions import Blocker
from workbench.domain.moments import moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome

OVERRIDE = "override_declined_consent"
"""Among the details of a link request: that it is made although the customer declined consent."""
CONFIRMED_WITHIN = timedelta(hours=24)
"""How long an action waits for a second person at most."""


class WaitingEnd(StrEnum):
    """How the waiting for a second person ended. Only what was confirmed is sent."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class LapseReason(StrEnum):
    """Why an action lapses: nobody confirmed it in time, or its basis changed."""

    UNANSWERED = "unanswered"
    NEW_LINK = "new_link"
    KYB_STARTED = "kyb_started"
    CHECKLIST_CHANGED = "checklist_changed"
    EXPIRATIONS_CHANGED = "expirations_changed"
    STANDING_CHANGED = "standing_changed"


LAPSE_WORDS = {
    LapseReason.UNANSWERED: "nobody confirmed it within 24 hours",
    LapseReason.NEW_LINK: "a new link arrived",
    LapseReason.KYB_STARTED: "KYB was started otherwise",
    LapseReason.CHECKLIST_CHANGED: "the checklist changed",
    LapseReason.EXPIRATIONS_CHANGED: "another link expired",
    LapseReason.STANDING_CHANGED: "the account's state changed",
}

_REASONS = {
    "links_seen": LapseReason.NEW_LINK,
    "kyb_starts": LapseReason.KYB_STARTED,
    "unmet": LapseReason.CHECKLIST_CHANGED,
    "expirations_used": LapseReason.EXPIRATIONS_CHANGED,
    "standing": LapseReason.STANDING_CHANGED,
    "standing_since": LapseReason.STANDING_CHANGED,
}
"""What an action can rest on, with why it lapses if that changes. Of several changes the first tells most."""
BASIS_OF: Mapping[ActionKind, frozenset[str]] = {
    ActionKind.REQUEST_LINK: frozenset({"links_seen", "expirations_used", "standing", "standing_since"}),
    ActionKind.TRIGGER_KYB: frozenset({"kyb_starts", "unmet", "standing", "standing_since"}),
}
"""What the two acts rest on. Other kinds of action never wait."""
Basis = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at the desk. ``subject`` tells people apart, ``name`` is what others read."""

    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """That an action waits for a second person, or waited. ``subject`` is that of the first.

    ``ended_as`` is None while it waits. ``second`` confirmed or declined it, and may have said why.
    """

    subject: str
    asked_at: datetime
    lapses_at: datetime
    lapse_reason: LapseReason
    ended_as: WaitingEnd | None = None
    ended_at: datetime | None = None
    second: Colleague | None = None
    second_reason: str = ""


def find_lapse_reason(kind: ActionKind, then: Basis, now: Basis) -> LapseReason | None:
    """Why an action that rested on ``then`` lapses now; None while nothing of it has changed.

    An account without a state, as one that was taken out, has nothing else either.
    """
    if then.get("standing") and not now.get("standing"):
        return LapseReason.STANDING_CHANGED
    return next(
        (reason for name, reason in _REASONS.items() if name in BASIS_OF[kind] and then.get(name) != now.get(name)),
        None,
    )


def find_same_person_blocker(waiting: Waiting, second: Colleague) -> Blocker | None:
    """Whoever asked for it is never the second person, under whatever session."""
    if waiting.subject != second.subject:
        return None
    return Blocker(
        "same_person",
        "A second person is needed",
        "You asked for this yourself, so somebody else has to confirm or decline it. Nothing was sent.",
        "Ask a colleague, or withdraw it.",
    )


def ended_blocker(waiting: Waiting, outcome: Outcome) -> Blocker:
    """What is said to somebody who comes too late."""
    sent = "Nothing was sent." if outcome is Outcome.NOT_SENT else ""
    words = " ".join(filter(None, (ending_in_words(waiting), sent)))
    return Blocker("not_waiting", "This is no longer waiting", words, "See its receipt.")


def ending_in_words(waiting: Waiting, at: str = "") -> str:
    """How the waiting ended, in a sentence: "Lapsed at 14:02 UTC on 20 Nov 2034: a new link
    arrived."; empty while it goes on.

    ``at`` says when in other words.
    """
    who = waiting.second.name if waiting.second else ""
    when = at or f"at {moment_in_words(waiting.ended_at or waiting.lapses_at)}"
    match waiting.ended_as:
        case WaitingEnd.CONFIRMED:
            return f"Confirmed by {who} {when}."
        case WaitingEnd.DECLINED:
            return f"Declined by {who} {when}{declined_because(waiting.second_reason)}."
        case WaitingEnd.WITHDRAWN:
            return f"Withdrawn {when} by the person who asked."
        case WaitingEnd.LAPSED:
            return f"Lapsed {when}: {LAPSE_WORDS[waiting.lapse_reason]}."
    return ""


def declined_because(reason: str | None) -> str:
    """What follows "Declined" in a sentence."""
    return f": {reason.rstrip('.')}" if reason else ""


def cost_in_words(kind: ActionKind, what: Mapping[str, str]) -> str:
    """What confirming costs, for the second person."""
    if kind is ActionKind.REQUEST_LINK:
        consent = " It overrides the customer's declined consent." if what.get(OVERRIDE) else ""
        return f"This uses the last of the customer's 3 links: if it expires too, only Bakkt can help.{consent}"
    unmet = what.get("unmet", "")
    return f"KYB screening starts once and cannot be undone. Not met: {unmet}."

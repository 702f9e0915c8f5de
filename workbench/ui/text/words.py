"""Times, standings, turns and causes in words, as the screens show them."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workbench.domain.moments import aware, duration
from workbench.domain.vocabulary import ActionKind, Outcome, Standing, Turn
from workbench.domain.words import STANDING_WORDS, TURN_WORDS, code_in_sentence, day, in_sentence

LINK_WORDS = {
    "live": "Live",
    "expiring": "Expires soon",
    "expired": "Expired",
    "unknown": "No link yet",
}
OUTCOME_WORDS = {
    Outcome.AWAITING_SECOND: "Waiting for a second person",
    Outcome.SENT: "Sent, no answer yet",
    Outcome.ACCEPTED: "Accepted",
    Outcome.REFUSED: "Refused by Bakkt",
    Outcome.NOT_SENT: "Not sent",
    Outcome.UNKNOWN: "Unknown: the answer was lost",
    Outcome.REJECTED_LATER: "Rejected by Bakkt's review",
}
OUTCOME_MARKS = {
    Outcome.AWAITING_SECOND: "◦ Waiting for a second person",
    Outcome.SENT: "… Sent, no answer yet",
    Outcome.ACCEPTED: "✓ Accepted",
    Outcome.REFUSED: "✗ Refused by Bakkt",
    Outcome.NOT_SENT: "– Not sent",
    Outcome.UNKNOWN: "? Answer lost",
    Outcome.REJECTED_LATER: "✗ Rejected by review",
}
"""Outcomes in a list: a mark tells them apart at a glance."""
KIND_WORDS = {
    ActionKind.OPEN_ACCOUNT: "Account opening",
    ActionKind.UPDATE_ACCOUNT: "Update",
    ActionKind.UPLOAD_DOCUMENT: "Document upload",
    ActionKind.TRIGGER_KYB: "KYB trigger",
    ActionKind.REQUEST_LINK: "Link request",
}
RESTRICTED_BY_EVENT = "Restricted by event; the status call does not show it."


def standing_word(standing: str | None) -> str:
    if standing is None:
        return "Not read yet"
    try:
        return STANDING_WORDS[Standing(standing)]
    except ValueError:
        return standing


def standing_in_sentence(standing: str | None) -> str:
    """A standing for the middle of a sentence: "under review", "KYB documents"."""
    return in_sentence(standing_word(standing))


def turn_word(turn: str | None) -> str:
    try:
        return TURN_WORDS[Turn(turn or "nobody")]
    except ValueError:
        return str(turn)


def link_word(link_state: str | None) -> str:
    return LINK_WORDS.get(link_state or "", link_state or "")


def cause_words(cause: str | None) -> str:
    """What brought the account to its standing, in words."""
    if not cause:
        return ""
    if cause.startswith("event "):
        status, *reasons = dict.fromkeys(map(code_in_sentence, cause.removeprefix("event ").split(" ")))
        done = f"set to {status}" if status in {"active", "inactive"} else status
        return f"{done.capitalize()} by Bakkt{': ' if reasons else ''}{', '.join(reasons)}"
    return {"reading": "Found at a sync", "opened": "The account was opened"}.get(cause, cause)


def ago(hours: float | None) -> str:
    if hours is None:
        return "never"
    return "just now" if abs(hours) * 60 < 1 else f"{duration(hours)} ago"


def until(hours: float | None) -> str:
    """ "in 5 h" ahead of time, "3 d late" after it."""
    if hours is None:
        return "–"
    return f"in {duration(hours)}" if hours > 0 else f"{duration(hours)} late"


def hours_since(moment: datetime, now: datetime) -> float:
    return (aware(now) - aware(moment)).total_seconds() / 3600


def zone_named(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def clock(moment: datetime, zone: tzinfo, now: datetime) -> str:
    """ "14:02" today, "20 Nov 14:02" earlier this year, "20 Nov 2034" in other years."""
    local, today = aware(moment).astimezone(zone), aware(now).astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local.day} {local:%b %Y}"


def recorded_day(text: str | None) -> str:
    """A day as a record keeps it, ``2034-01-10``, as screens show it; empty without one."""
    return day(date.fromisoformat(text)) if text else ""


def exact(moment: datetime, zone: tzinfo) -> str:
    local = aware(moment).astimezone(zone)
    return f"{local.day} {local:%b %Y %H:%M:%S %Z}"


def sentences(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())

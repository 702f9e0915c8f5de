"""Whether a new verification link may be requested: only three may expire unused (DESK.md, "Links").

Source: accounts-guide, "KYC Compliance"; GUIDE.md, "Verification links: the scarce thing".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.domain.actions import Blocker, Rule, first_blocker, open_action_blocker
from workbench.domain.links.links import LINK_LIFE_HOURS, VerificationLink
from workbench.domain.moments import duration, moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome, Standing

LINKS_ALLOWED = 3
"""How many links of an account may expire."""

CLOCK_MARGIN = timedelta(minutes=2)
"""How far Bakkt's clock may be behind ours: for that long it may still treat an expired link as live."""

REASON_FROM_EXPIRATIONS = LINKS_ALLOWED - 1
"""After so many expiries the next link is the last one, and requesting it needs a reason."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A link request that has no answer yet, or whose answer was lost."""

    outcome: Outcome
    actor: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class LinkBudget:
    """The rule's input; ``standing`` is None for an account with no reading and no event.

    ``unseen_until``: Bakkt issued a link whose URL nobody has seen, and it is taken to end then. ``no_link_left_at``:
    when Bakkt said that no link is left.
    """

    standing: str | None
    link_expires_at: datetime | None = None
    expirations_used: int = 0
    unseen_until: datetime | None = None
    no_link_left_at: datetime | None = None
    open_request: OpenRequest | None = None


@dataclass(frozen=True, slots=True)
class LinkRequestPlan:
    """What requesting a link now would mean. Without a blocker it may be requested.

    ``needs_second``: it then waits until a second person confirms it.
    """

    blocker: Blocker | None
    clock_warning: str = ""
    needs_reason: bool = False
    needs_second: bool = False
    consequence: str = ""


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A link request at one moment, with the reason that the person gave."""

    budget: LinkBudget
    now: datetime
    reason: str = ""


def plan_link_request(budget: LinkBudget, now: datetime, clock_margin: timedelta = CLOCK_MARGIN) -> LinkRequestPlan:
    """Whether a link may be requested, and what the person must know first.

    Never before the stored link expires, and with a warning for ``clock_margin`` after that.
    """
    blocker = first_blocker(REVIEW_RULES, LinkRequest(budget, now))
    if blocker is not None:
        return LinkRequestPlan(blocker)
    return LinkRequestPlan(
        None,
        clock_warning=_clock_warning(budget.link_expires_at, now, clock_margin),
        needs_reason=is_last(budget),
        consequence=_consequence(budget),
    )


def find_request_blocker(budget: LinkBudget, reason: str, now: datetime) -> Blocker | None:
    """The rules at the moment of the request, with the reason that the person gave."""
    return first_blocker(REQUEST_RULES, LinkRequest(budget, now, reason))


def is_settled_by(started_at: datetime, links: tuple[VerificationLink, ...]) -> bool:
    """Whether a link settles a lost request: one first seen after the request started."""
    return any(link.first_seen_at >= started_at for link in links)


def _standing_blocker(request: LinkRequest) -> Blocker | None:
    standing = request.budget.standing
    if standing is None:
        return Blocker(
            "never_read",
            "Nothing is known about this account",
            "It has never been read, and no event has arrived for it.",
            "Run a sync for this account first.",
        )
    if standing == Standing.VERIFICATION:
        return None
    words = f"The account is {standing.replace('_', ' ')}, not in document verification."
    return Blocker("not_in_verification", "No link is needed", words)


def _live_link_blocker(request: LinkRequest) -> Blocker | None:
    expires_at = request.budget.link_expires_at
    if expires_at is None or request.now >= expires_at:
        return None
    return Blocker(
        "live_link",
        "The customer already has a working link",
        f"It works until {moment_in_words(expires_at)}. No request was sent to Bakkt.",
        "Send the customer this link.",
    )


def _used_up_blocker(request: LinkRequest) -> Blocker | None:
    if request.budget.expirations_used < LINKS_ALLOWED:
        return None
    told_at = request.budget.no_link_left_at
    return Blocker(
        "used_up",
        "Out of links",
        f"Bakkt said that no link is left: {moment_in_words(told_at)}."
        if told_at
        else f"All {LINKS_ALLOWED} links of this account have expired: Bakkt issues no more.",
        "Contact Bakkt's operations team with the clientAccountId: only they can help now.",
    )


def _open_request_blocker(request: LinkRequest) -> Blocker | None:
    earlier = request.budget.open_request
    if earlier is None:
        return None
    started = moment_in_words(earlier.started_at)
    return open_action_blocker(ActionKind.REQUEST_LINK, earlier.outcome, earlier.actor, started)


def _reason_blocker(request: LinkRequest) -> Blocker | None:
    if not is_last(request.budget) or request.reason.strip():
        return None
    return Blocker(
        "wants_reason",
        "A reason is needed",
        f"{request.budget.expirations_used} of {LINKS_ALLOWED} links have expired: the next one is the last.",
        "Say why it will not expire too, for example that the customer is on the phone.",
    )


def is_last(budget: LinkBudget) -> bool:
    """Whether the next link is the customer's last one."""
    return budget.expirations_used >= REASON_FROM_EXPIRATIONS


REVIEW_RULES = (
    Rule("The account is in document verification, by a reading or an event.", _standing_blocker),
    Rule("It has no live link.", _live_link_blocker),
    Rule(f"Fewer than {LINKS_ALLOWED} of its links have expired.", _used_up_blocker),
    Rule("No earlier request for it is unsettled.", _open_request_blocker),
)
"""What must hold before a person is asked for a reason."""

REQUEST_RULES = (*REVIEW_RULES, Rule("A reason is given for the last link.", _reason_blocker))


def _clock_warning(expires_at: datetime | None, now: datetime, clock_margin: timedelta) -> str:
    if expires_at is None or now >= expires_at + clock_margin:
        return ""
    ago = duration((now - expires_at) / timedelta(hours=1))
    until = moment_in_words(expires_at + clock_margin + timedelta(minutes=1))
    return (
        f"The last link expired {ago} ago. Bakkt's clock may be behind ours and still "
        f"treat it as live, and return the old link. This can happen until {until}."
    )


def _consequence(budget: LinkBudget) -> str:
    if budget.unseen_until is not None:
        return (
            "Bakkt issued a link that nobody has seen. This request fetches it at no cost; "
            f"it is taken to expire at {moment_in_words(budget.unseen_until)}."
        )
    issued = (
        f"Bakkt issues a new link to us; its {LINK_LIFE_HOURS} hours start at once. Send it to the customer yourself."
    )
    used = budget.expirations_used
    expired = f"{used} of {LINKS_ALLOWED} {'has' if used == 1 else 'have'} expired"
    if is_last(budget):
        return f"{issued} {expired}: this is the last link, and if it expires too, only Bakkt can help."
    return f"{issued} {expired}."

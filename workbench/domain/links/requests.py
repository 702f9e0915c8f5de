"""Whether a new verification link may be requested: only three may expire unused (DESK.md, "Links").

Source: accounts-guide, "KYC Compliance"; GUIDE.md, "Verification links: the scarce thing".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.domain.actions import Blocker, open_action_blocker
from workbench.domain.links.links import VerificationLink
from workbench.domain.moments import duration, moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome, Standing

LINKS_ALLOWED = 3
"""How many links of an account may expire."""

LINK_LIFE_HOURS = 72
LINK_LIFE = timedelta(hours=LINK_LIFE_HOURS)

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
    """The rule's input; ``standing`` is None for an account with no reading and no event."""

    standing: str | None
    link_expires_at: datetime | None = None
    expirations_used: int = 0
    lost_requests: int = 0
    open_request: OpenRequest | None = None

    @property
    def links_left(self) -> int:
        return max(0, LINKS_ALLOWED - self.expirations_used - self.lost_requests)


@dataclass(frozen=True, slots=True)
class LinkRequestPlan:
    """What requesting a link now would mean. Without a blocker it may be requested."""

    blocker: Blocker | None
    clock_warning: str = ""
    needs_reason: bool = False
    consequence: str = ""
    links_left_after: int = 0


CHECKED_RULES = (
    "The account is in document verification, by a reading or an event.",
    "It has no live link.",
    f"Fewer than {LINKS_ALLOWED} of its links have expired, counting lost requests.",
    "No earlier request for it is unsettled.",
    "A reason is given for the last link.",
)


def plan_link_request(budget: LinkBudget, now: datetime, clock_margin: timedelta = CLOCK_MARGIN) -> LinkRequestPlan:
    """Whether a link may be requested, and what the person must know first.

    Never before the stored link expires, and with a warning for ``clock_margin`` after that.
    """
    blocker = _blocker(budget, now)
    if blocker is not None:
        return LinkRequestPlan(blocker)
    return LinkRequestPlan(
        None,
        clock_warning=_clock_warning(budget.link_expires_at, now, clock_margin),
        needs_reason=budget.expirations_used >= REASON_FROM_EXPIRATIONS,
        consequence=_consequence(budget),
        links_left_after=budget.links_left - 1,
    )


def find_request_blocker(
    budget: LinkBudget, reason: str, now: datetime, clock_margin: timedelta = CLOCK_MARGIN
) -> Blocker | None:
    """The rule at the moment of the request, with the reason that the person gave."""
    plan = plan_link_request(budget, now, clock_margin)
    if plan.blocker is None and plan.needs_reason and not reason.strip():
        return Blocker(
            "wants_reason",
            "A reason is needed",
            f"{budget.expirations_used} of {LINKS_ALLOWED} links have expired: the next one is the last.",
            "Say why it will not expire too, for example that the customer is on the phone.",
        )
    return plan.blocker


def is_settled_by(started_at: datetime, links: tuple[VerificationLink, ...]) -> bool:
    """Whether a link settles a lost request: one first seen after the request started."""
    return any(link.first_seen_at >= started_at for link in links)


def _blocker(budget: LinkBudget, now: datetime) -> Blocker | None:
    if budget.standing is None:
        return Blocker(
            "never_read",
            "Nothing is known about this account",
            "It has never been read, and no event has arrived for it.",
            "Run a sync for this account first.",
        )
    if budget.standing != Standing.VERIFICATION:
        standing = budget.standing.replace("_", " ")
        return Blocker(
            "not_in_verification", "No link is needed", f"The account is {standing}, not in document verification."
        )
    if budget.link_expires_at is not None and now < budget.link_expires_at:
        return Blocker(
            "live_link",
            "The customer already has a working link",
            f"It works until {moment_in_words(budget.link_expires_at)}. No request was sent to Bakkt.",
            "Send the customer this link.",
        )
    return _budget_blocker(budget)


def _budget_blocker(budget: LinkBudget) -> Blocker | None:
    if budget.expirations_used >= LINKS_ALLOWED:
        return Blocker(
            "used_up",
            "Out of links",
            f"All {LINKS_ALLOWED} links of this account have expired: Bakkt issues no more.",
            "Contact Bakkt's operations team with the clientAccountId: only they can help now.",
        )
    open_request = budget.open_request
    if open_request is not None:
        started = moment_in_words(open_request.started_at)
        return open_action_blocker(ActionKind.REQUEST_LINK, open_request.outcome, open_request.actor, started)
    return None


def _clock_warning(expires_at: datetime | None, now: datetime, clock_margin: timedelta) -> str:
    if expires_at is None or now >= expires_at + clock_margin:
        return ""
    ago = duration((now - expires_at) / timedelta(hours=1))
    return (
        f"The last link expired {ago} ago. Bakkt's clock may be behind ours and still "
        f"treat it as live, and return the old link. This can happen until {expires_at + clock_margin:%H:%M:%S} UTC."
    )


def _consequence(budget: LinkBudget) -> str:
    issued = f"Bakkt issues a new link to us; its {LINK_LIFE_HOURS} hours start now. Send it to the customer yourself."
    if budget.expirations_used >= REASON_FROM_EXPIRATIONS:
        return f"{issued} It is the last one: if it expires, only Bakkt can help."
    used = budget.expirations_used
    seen = f"0 of {LINKS_ALLOWED} have expired." if used == 0 else f"1 of {LINKS_ALLOWED} has expired."
    return f"{issued} {seen}"

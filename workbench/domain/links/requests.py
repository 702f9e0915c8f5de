"""Whether a new verification link may be asked for: each one that nobody opens is one of three (DESK.md, "Links").

Source: accounts-guide, "KYC Compliance"; GUIDE.md, "Verification links: the scarce thing".
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workbench.domain.actions import Hindrance, open_action_hindrance
from workbench.domain.links.links import Link
from workbench.domain.moments import moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome, Standing

LINKS_ALLOWED = 3
"""How many links of an account may expire."""

LINK_LIFE = timedelta(hours=72)

CLOCK_MARGIN = timedelta(minutes=2)
"""How far Bakkt's clock may be behind ours: until then it may still hold an expired link alive."""

REASON_FROM_EXPIRATIONS = 2
"""From the second expiry on the next link is the last one: asking for it wants a reason."""


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A request for a link that has no answer, or lost it."""

    outcome: Outcome
    actor: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class LinkBudget:
    """What the rule looks at; ``standing`` is None for an account never read or heard of."""

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
    """What asking for a link now would mean. Without a hindrance it may be asked for."""

    hindrance: Hindrance | None
    clock_warning: str = ""
    wants_reason: bool = False
    consequence: str = ""
    links_left_after: int = 0


CHECKED_RULES = (
    "The account is in document verification, and was read or told of.",
    "No stored link of it is live.",
    f"Fewer than {LINKS_ALLOWED} of its links have expired, lost requests counted.",
    "No earlier request of it is without its outcome.",
    "For the last link a reason is given.",
)


def plan_link_request(budget: LinkBudget, now: datetime, clock_margin: timedelta = CLOCK_MARGIN) -> LinkRequestPlan:
    """Whether a link may be asked for, and what the person must know before.

    Never while the stored link is live, nor before its expiry; with a warning for ``clock_margin`` after it.
    """
    hindrance = _hindrance(budget, now)
    if hindrance is not None:
        return LinkRequestPlan(hindrance)
    return LinkRequestPlan(
        None,
        clock_warning=_clock_warning(budget.link_expires_at, now, clock_margin),
        wants_reason=budget.expirations_used >= REASON_FROM_EXPIRATIONS,
        consequence=_consequence(budget),
        links_left_after=budget.links_left - 1,
    )


def find_request_hindrance(
    budget: LinkBudget, reason: str, now: datetime, clock_margin: timedelta = CLOCK_MARGIN
) -> Hindrance | None:
    """The rule as it is asked at the moment of the request, with the reason that the person gave."""
    plan = plan_link_request(budget, now, clock_margin)
    if plan.hindrance is None and plan.wants_reason and not reason.strip():
        return Hindrance(
            "wants_reason",
            "A reason is needed",
            f"{budget.expirations_used} links of this account have expired: the next one is the last.",
            "Say why it will not expire too: that the customer is on the phone, for instance.",
        )
    return plan.hindrance


def is_settled_by(started_at: datetime, links: tuple[Link, ...]) -> bool:
    """Whether a lost request is answered by a link: one that was first seen after the request began."""
    return any(link.first_seen_at >= started_at for link in links)


def _hindrance(budget: LinkBudget, now: datetime) -> Hindrance | None:
    if budget.standing is None:
        return Hindrance(
            "never_read",
            "Nothing is known of this account",
            "It was never read, and no event spoke of it.",
            "Run a sync for this account first.",
        )
    if budget.standing != Standing.VERIFICATION:
        standing = budget.standing.replace("_", " ")
        return Hindrance(
            "not_in_verification", "No link is needed", f"The account is {standing}, not in document verification."
        )
    if budget.link_expires_at is not None and now < budget.link_expires_at:
        return Hindrance(
            "live_link",
            "The customer has a link that works",
            f"It lives until {moment_in_words(budget.link_expires_at)}. Nothing was asked of Bakkt.",
            "Give the customer this link.",
        )
    return _hindrance_of_budget(budget)


def _hindrance_of_budget(budget: LinkBudget) -> Hindrance | None:
    if budget.expirations_used >= LINKS_ALLOWED:
        return Hindrance(
            "used_up",
            "No link is left",
            f"{LINKS_ALLOWED} links of this account have expired: Bakkt gives no more.",
            "Contact Bakkt's operations team with the clientAccountId: only they can help now.",
        )
    open_request = budget.open_request
    if open_request is not None:
        started = moment_in_words(open_request.started_at)
        return open_action_hindrance(ActionKind.REQUEST_LINK, open_request.outcome, open_request.actor, started)
    return None


def _clock_warning(expires_at: datetime | None, now: datetime, clock_margin: timedelta) -> str:
    if expires_at is None or now >= expires_at + clock_margin:
        return ""
    return (
        f"The last link ended {_seconds(now - expires_at)} ago. Bakkt's clock may be behind ours and still hold it "
        f"alive: it would give the old link again. From {expires_at + clock_margin:%H:%M:%S} UTC on that is over."
    )


def _seconds(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return "a second" if seconds <= 1 else f"{seconds} seconds"


def _consequence(budget: LinkBudget) -> str:
    issued = "Bakkt issues a new link, and its time begins to run at once."
    if budget.expirations_used >= LINKS_ALLOWED - 1:
        return f"{issued} It is the last one: when it expires, only Bakkt can help."
    used = budget.expirations_used
    seen = "None has expired so far." if used == 0 else "One has expired so far."
    return f"{issued} {seen} Bakkt lets {LINKS_ALLOWED} expire."

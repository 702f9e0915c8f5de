"""Verification links and their budget (DESK.md, "Links and their budget"; accounts-guide, "KYC Compliance")."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workbench.domain.facts import JourneyStep, LinkAnswer, PartyEvent
from workbench.domain.vocabulary import Standing

LINK_LIFE_HOURS = 72
LINK_LIFE = timedelta(hours=LINK_LIFE_HOURS)

LINK_URL_FIELDS = ("verificationURL", "verificationUrl")
LINK_EXPIRY_FIELDS = ("verificationURLExpiry", "verificationUrlExpiry")
"""A link's fields in Bakkt's events and answers, in both spellings; the first that can be read counts."""


@dataclass(frozen=True, slots=True)
class VerificationLink:
    """One distinct verification link of an account, as first seen. The URL is a secret.

    ``is_expiry_assumed``: Bakkt gave no expiry that can be read, so it is ``LINK_LIFE`` after the link was first seen.
    """

    url: str = field(repr=False)
    expires_at: datetime
    first_seen_at: datetime
    is_expiry_assumed: bool = False


def links_of(events: Iterable[PartyEvent], answers: Iterable[LinkAnswer] = ()) -> tuple[VerificationLink, ...]:
    """The distinct links from events and answers, by expiry.

    A link reported twice keeps the first time it was seen and its latest expiry; one that Bakkt gave counts before any
    that is assumed.
    """
    by_url: dict[str, VerificationLink] = {}
    for seen in _links_seen(events, answers):
        by_url[seen.url] = _merged(by_url.get(seen.url, seen), seen)
    return tuple(sorted(by_url.values(), key=lambda link: (link.expires_at, link.url)))


def _merged(one: VerificationLink, other: VerificationLink) -> VerificationLink:
    first_seen_at = min(one.first_seen_at, other.first_seen_at)
    given = [link.expires_at for link in (one, other) if not link.is_expiry_assumed]
    expires_at = max(given) if given else min(one.expires_at, other.expires_at)
    return VerificationLink(one.url, expires_at, first_seen_at, is_expiry_assumed=not given)


def _links_seen(events: Iterable[PartyEvent], answers: Iterable[LinkAnswer]) -> Iterator[VerificationLink]:
    for event in events:
        if event.link_url is not None:
            expires_at = event.link_expires_at or event.received_at + LINK_LIFE
            yield VerificationLink(event.link_url, expires_at, event.received_at, event.link_expires_at is None)
    for answer in answers:
        yield VerificationLink(answer.url, answer.expires_at, answer.seen_at, answer.is_expiry_assumed)


def counts_when_expired(link: VerificationLink, steps: Sequence[JourneyStep]) -> bool:
    """Whether the link's expiry counts against the budget, given the journey.

    It does when the account is in verification at the expiry. A link that had expired before it was first seen
    counts too, unless the account had left verification by then.
    """
    before = [step for step in steps if step.entered_at <= link.expires_at]
    if before and before[-1].standing is Standing.VERIFICATION:
        return True
    had_left = any(step.standing is Standing.VERIFICATION for step in before)
    return link.first_seen_at >= link.expires_at and not had_left

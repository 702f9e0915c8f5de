"""Verification links and their budget (DESK.md, "Links and their budget"; accounts-guide, "KYC Compliance")."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from workbench.domain.facts import JourneyStep, LinkAnswer, PartyEvent
from workbench.domain.vocabulary import Standing

LINK_URL_FIELDS = ("verificationURL", "verificationUrl")
LINK_EXPIRY_FIELDS = ("verificationURLExpiry", "verificationUrlExpiry")
"""A link's fields in Bakkt's events and answers, in both spellings; the first with text counts."""


@dataclass(frozen=True, slots=True)
class VerificationLink:
    """One distinct verification link of an account, as first seen. The URL is a secret."""

    url: str = field(repr=False)
    expires_at: datetime
    first_seen_at: datetime


def links_of(events: Iterable[PartyEvent], answers: Iterable[LinkAnswer] = ()) -> tuple[VerificationLink, ...]:
    """The distinct links from events and answers, by expiry.

    A link reported twice keeps the first time it was seen and its latest expiry.
    """
    by_url: dict[str, VerificationLink] = {}
    for seen in _links_seen(events, answers):
        known = by_url.get(seen.url, seen)
        by_url[seen.url] = VerificationLink(
            seen.url, max(known.expires_at, seen.expires_at), min(known.first_seen_at, seen.first_seen_at)
        )
    return tuple(sorted(by_url.values(), key=lambda link: (link.expires_at, link.url)))


def _links_seen(events: Iterable[PartyEvent], answers: Iterable[LinkAnswer]) -> Iterator[VerificationLink]:
    for event in events:
        if event.link_url is not None and event.link_expires_at is not None:
            yield VerificationLink(event.link_url, event.link_expires_at, event.received_at)
    for answer in answers:
        yield VerificationLink(answer.url, answer.expires_at, answer.seen_at)


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


def counted_expiries(links: Sequence[VerificationLink], steps: Sequence[JourneyStep]) -> list[datetime]:
    return [link.expires_at for link in links if counts_when_expired(link, steps)]

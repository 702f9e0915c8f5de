"""How many of an account's links count as expired (DESK.md, "Links and their budget")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.facts import JourneyStep
from workbench.domain.links.links import VerificationLink, counts_when_expired
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class UnseenLink:
    """A link that Bakkt issued, as a person found out, and whose URL has not been seen; its end is assumed."""

    requested_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class LinkNotes:
    """What people and refusals told of an account's links.

    ``unseen``: requests that people settled as "Bakkt did it". ``no_link_left``: when Bakkt said that no link is left.
    """

    unseen: tuple[UnseenLink, ...] = ()
    no_link_left: tuple[datetime, ...] = ()


NO_NOTES = LinkNotes()


def still_unseen(notes: LinkNotes, links: Sequence[VerificationLink]) -> list[UnseenLink]:
    """The unseen links that no link explains: one first seen between the request and the assumed end is that link."""
    return [
        one for one in notes.unseen if not any(one.requested_at <= link.first_seen_at < one.ends_at for link in links)
    ]


def no_link_left_at(notes: LinkNotes, links: Sequence[VerificationLink]) -> datetime | None:
    """When Bakkt said that no link is left; None if it never did or has issued one since."""
    newest = max((link.first_seen_at for link in links), default=None)
    return min((told for told in notes.no_link_left if newest is None or told > newest), default=None)


def counted_expiries(
    links: Sequence[VerificationLink], steps: Sequence[JourneyStep], notes: LinkNotes = NO_NOTES
) -> list[datetime]:
    """When each expiry that counts takes place. Bakkt's word that no link is left counts as all of them."""
    counted = [link.expires_at for link in links if counts_when_expired(link, steps)]
    counted += [one.ends_at for one in still_unseen(notes, links) if _was_in_verification(one.ends_at, steps)]
    told_at = no_link_left_at(notes, links)
    if told_at is None:
        return counted
    return [*counted, *[told_at] * (LINKS_ALLOWED - sum(expiry <= told_at for expiry in counted))]


def _was_in_verification(moment: datetime, steps: Sequence[JourneyStep]) -> bool:
    before = [step for step in steps if step.entered_at <= moment]
    return bool(before) and before[-1].standing is Standing.VERIFICATION

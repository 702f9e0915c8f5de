"""What a person records about each owner of an entity: the share held, whether they manage it, and if it is a business.

Source: accounts-guide, "Required Documentation" and "Manual KYB"; DESK.md, "Owners' facts".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.errors import InputError
from workbench.domain.facts import Ruling
from workbench.domain.kyb.checklist import MANAGING_PERSON, OWNER_IDENTITY

IDENTITY_ABOVE_PERCENT = 25.0
"""Owners of more than this need an identity document, and so do those who manage the entity."""
CERTIFIED_FROM_PERCENT = 25.0
"""Owners of this much and more are named in the Customer Information Form, and so are those who manage the entity."""


@dataclass(frozen=True, slots=True)
class OwnerFacts:
    """What is recorded about one owner; None: nobody has said."""

    share_percent: float | None = None
    manages: bool | None = None
    is_business: bool | None = None

    @property
    def needs_identity(self) -> bool:
        """An owner of whom nothing is recorded counts."""
        return not (self._holds_at_most(IDENTITY_ABOVE_PERCENT) and self.manages is False)

    @property
    def is_certified(self) -> bool:
        """Whether the Customer Information Form names this owner; one of whom nothing is recorded, too."""
        return not (self._holds_less_than(CERTIFIED_FROM_PERCENT) and self.manages is False)

    @property
    def in_words(self) -> str:
        """ "holds 30% and manages the entity"; empty if nothing is recorded."""
        share = f"holds {self.share_percent:g}%" if self.share_percent is not None else ""
        manages = "" if self.manages is None else f"{'manages' if self.manages else 'does not manage'} the entity"
        kind = "is a business" if self.is_business else ""
        return " and ".join(filter(None, (kind, share, manages)))

    def _holds_at_most(self, percent: float) -> bool:
        return self.share_percent is not None and self.share_percent <= percent

    def _holds_less_than(self, percent: float) -> bool:
        return self.share_percent is not None and self.share_percent < percent


NOTHING_RECORDED = OwnerFacts()


def check_shares(known: Mapping[str, OwnerFacts]) -> None:
    """Raises InputError for a share that cannot be, or shares that add up to more than the whole."""
    shares = [facts.share_percent for facts in known.values() if facts.share_percent is not None]
    if any(not 0 <= share <= 100 for share in shares):
        raise InputError("A share is between 0 and 100%.", next_step="Correct it.")
    if sum(shares) > 100.005:
        raise InputError(
            f"The owners would hold {sum(shares):g}% together.", next_step="Correct this share, or another owner's."
        )


def rulings_that_follow(
    before: Mapping[str, OwnerFacts], after: Mapping[str, OwnerFacts], at: datetime
) -> tuple[tuple[Ruling, str], ...]:
    """The rulings on the checklist that a change of what is recorded brings or takes back, each with its reason."""
    waived = [
        (Ruling(at, OWNER_IDENTITY, owner_id, is_taken_back=facts.needs_identity), facts.in_words)
        for owner_id, facts in after.items()
        if owner_id and facts.needs_identity is not before.get(owner_id, NOTHING_RECORDED).needs_identity
    ]
    if _is_managed(before) is not _is_managed(after):
        managing = Ruling(at, MANAGING_PERSON, is_taken_back=not _is_managed(after))
        return (*waived, (managing, "an owner is recorded as managing the entity"))
    return tuple(waived)


def _is_managed(known: Mapping[str, OwnerFacts]) -> bool:
    return any(facts.manages for facts in known.values())

"""How far the KYB of a business has come, from the screenings started and how manual ones ended (DESK.md)."""

from dataclasses import dataclass, replace

from workbench.domain.facts import KybEnd, KybStart
from workbench.domain.vocabulary import KybEnding

_ENDED_WITHOUT_APPROVAL = frozenset({KybEnding.REJECTED.value, KybEnding.WITHDRAWN.value})


@dataclass(frozen=True, slots=True)
class KybProgress:
    """The KYB progress so far. ``ended_as`` is that of the newest manual KYB; a later start counts again.

    An end without manual KYB in progress is ignored.
    """

    is_triggered: bool = False
    is_manual: bool = False
    ended_as: str | None = None

    @property
    def is_started(self) -> bool:
        """Triggered, or manual KYB recorded as started and not as withdrawn or rejected."""
        return self.is_triggered or (self.is_manual and self.ended_as not in _ENDED_WITHOUT_APPROVAL)

    @property
    def is_rejected(self) -> bool:
        return self.is_manual and self.ended_as == KybEnding.REJECTED

    def after(self, fact: KybStart | KybEnd) -> "KybProgress":
        """The progress after the next fact in order of time."""
        if isinstance(fact, KybEnd):
            is_in_progress = self.is_manual and self.ended_as is None
            return replace(self, ended_as=fact.ended_as) if is_in_progress else self
        if fact.is_manual:
            return replace(self, is_manual=True, ended_as=None)
        is_over = self.ended_as in _ENDED_WITHOUT_APPROVAL
        return KybProgress(is_triggered=True) if is_over else replace(self, is_triggered=True)


NO_KYB = KybProgress()

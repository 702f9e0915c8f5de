"""Whether KYB screening may be triggered: it cannot be undone, and missing documents cost days (GUIDE.md, "KYB").

Source: accounts-guide, "KYB Screening".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.actions import Blocker
from workbench.domain.vocabulary import FINAL_STANDINGS, KybEnding, Standing

CHECKED_RULES = (
    "The account is an entity, has been read, and is not decided yet.",
    "KYB screening was not triggered before, and no manual KYB is in progress.",
    "Every requirement of its checklist is met, or a reason is given.",
    "Documents and owners are unchanged when Bakkt is read once more, just before sending.",
)


@dataclass(frozen=True, slots=True)
class KybScreening:
    """A KYB screening that started; ``ended_as`` is how a person recorded that a manual one ended."""

    is_manual: bool
    started_by: str
    started: str
    ended_as: str | None = None

    @property
    def blocks_another(self) -> bool:
        """Bakkt's own screening is never repeated; manual KYB that was rejected or withdrawn does not block another."""
        return not self.is_manual or self.ended_as in {None, KybEnding.APPROVED}


@dataclass(frozen=True, slots=True)
class KybCase:
    """The rule's input. ``standing`` None: no reading or event yet. ``unmet``: requirements in words, without names.

    ``is_decided_by_record``: the standing comes only from the recorded end of manual KYB, not from Bakkt.
    """

    standing: str | None
    is_entity: bool = False
    unmet: tuple[str, ...] = ()
    screenings: tuple[KybScreening, ...] = ()
    is_decided_by_record: bool = False


def find_case_blocker(case: KybCase) -> Blocker | None:
    """What blocks triggering, whatever the documents are."""
    if case.standing is None:
        return Blocker(
            "never_read", "This account has not been read yet", "It has no data yet.", "Run a sync for this account."
        )
    if not case.is_entity:
        return Blocker(
            "not_entity", "KYB is for businesses", "This is a person's account: Bakkt screens people automatically."
        )
    if Standing(case.standing) in FINAL_STANDINGS and not case.is_decided_by_record:
        words = f"The account is {case.standing}: nothing is left to screen."
        return Blocker("decided", "Bakkt has already decided", words)
    return _started_blocker(case.screenings)


def find_trigger_blocker(case: KybCase, reason: str) -> Blocker | None:
    """The rule at the moment of the request: blocked until every document is there or a reason is given."""
    blocker = find_case_blocker(case)
    if blocker is not None or not case.unmet or reason.strip():
        return blocker
    return documents_blocker(case.unmet)


def documents_blocker(unmet: Sequence[str]) -> Blocker:
    lines = f"{len(unmet)} {'requirement is' if len(unmet) == 1 else 'requirements are'}"
    return Blocker(
        "documents_missing",
        "The checklist is not complete",
        f"{lines} not met: {'; '.join(unmet)}.",
        "Upload what is missing, or give a reason for starting without it.",
    )


def _started_blocker(screenings: Sequence[KybScreening]) -> Blocker | None:
    blocking = next((screen for screen in screenings if screen.blocks_another), None)
    if blocking is None:
        return None
    what = "Manual KYB" if blocking.is_manual else "KYB screening"
    if blocking.is_manual and blocking.ended_as is None:
        step = "Wait for Bakkt's compliance team, and record the result."
    else:
        step = "Wait for Bakkt's decision, which arrives as an event."
    return Blocker(
        "started",
        "KYB has already started",
        f"{what} was started by {blocking.started_by}, {blocking.started}. It is never started twice.",
        step,
    )

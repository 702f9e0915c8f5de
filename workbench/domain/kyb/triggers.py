"""Whether KYB screening may be triggered: it cannot be undone, and missing documents cost days (GUIDE.md, "KYB").

Source: accounts-guide, "KYB Screening".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.actions import Hindrance
from workbench.domain.vocabulary import FINAL_STANDINGS, KybEnding, Standing

CHECKED_RULES = (
    "The account is an entity, has been read, and is not decided yet.",
    "KYB screening was not triggered before, and no manual KYB is in progress.",
    "Every requirement of its checklist is met, or a reason is given.",
    "Documents and owners are unchanged when Bakkt is read once more, just before sending.",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """A KYB screening that started; ``ended_as`` is how a person recorded that a manual one ended."""

    is_manual: bool
    started_by: str
    started: str
    ended_as: str | None = None

    @property
    def bars_another(self) -> bool:
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
    screens: tuple[Screen, ...] = ()
    is_decided_by_record: bool = False


def find_case_hindrance(case: KybCase) -> Hindrance | None:
    """What blocks triggering, whatever the documents are."""
    if case.standing is None:
        return Hindrance(
            "never_read", "This account has not been read yet", "It has no data yet.", "Run a sync for this account."
        )
    if not case.is_entity:
        return Hindrance(
            "not_entity", "KYB is for businesses", "This is a person's account: Bakkt screens people automatically."
        )
    if Standing(case.standing) in FINAL_STANDINGS and not case.is_decided_by_record:
        words = f"The account is {case.standing}: nothing is left to screen."
        return Hindrance("decided", "Bakkt has already decided", words)
    return _started_hindrance(case.screens)


def find_trigger_hindrance(case: KybCase, reason: str) -> Hindrance | None:
    """The rule at the moment of the request: blocked until every document is there or a reason is given."""
    hindrance = find_case_hindrance(case)
    if hindrance is not None or not case.unmet or reason.strip():
        return hindrance
    return papers_hindrance(case.unmet)


def papers_hindrance(unmet: Sequence[str]) -> Hindrance:
    lines = f"{len(unmet)} {'requirement is' if len(unmet) == 1 else 'requirements are'}"
    return Hindrance(
        "papers_missing",
        "The checklist is not complete",
        f"{lines} not met: {'; '.join(unmet)}.",
        "Upload what is missing, or give a reason for starting without it.",
    )


def _started_hindrance(screens: Sequence[Screen]) -> Hindrance | None:
    barring = next((screen for screen in screens if screen.bars_another), None)
    if barring is None:
        return None
    what = "Manual KYB" if barring.is_manual else "KYB screening"
    if barring.is_manual and barring.ended_as is None:
        step = "Wait for Bakkt's compliance team, and record the result."
    else:
        step = "Wait for Bakkt's decision, which arrives as an event."
    return Hindrance(
        "started",
        "KYB has already started",
        f"{what} was started by {barring.started_by}, {barring.started}. It is never started twice.",
        step,
    )

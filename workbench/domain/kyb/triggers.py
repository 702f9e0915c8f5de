"""Whether a KYB screen may be started: it cannot be called back, and one without papers costs days (GUIDE.md, "KYB").

Source: accounts-guide, "KYB Screening".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.actions import Hindrance
from workbench.domain.vocabulary import FINAL_STANDINGS, KybEnding, Standing

CHECKED_RULES = (
    "The account is an entity's, was read, and is not decided yet.",
    "No KYB screen of it was started before, and no manual KYB is going on.",
    "Every line of its checklist is met, or a reason is given.",
    "Bakkt is read once more before the request leaves: papers and owners are as they were.",
)


@dataclass(frozen=True, slots=True)
class Screen:
    """A KYB screen that was begun; ``ended_as`` is what a person recorded of a manual one."""

    is_manual: bool
    started_by: str
    started: str
    ended_as: str | None = None

    @property
    def bars_another(self) -> bool:
        """A screen that Bakkt runs is never repeated; manual KYB that came to nothing may be followed by one."""
        return not self.is_manual or self.ended_as in {None, KybEnding.APPROVED}


@dataclass(frozen=True, slots=True)
class KybCase:
    """What the rule looks at; ``standing`` None: never read or heard of. ``unmet``: lines in words, without names.

    ``is_decided_by_record``: the standing follows from how manual KYB ended alone, and Bakkt has not said it.
    """

    standing: str | None
    is_entity: bool = False
    unmet: tuple[str, ...] = ()
    screens: tuple[Screen, ...] = ()
    is_decided_by_record: bool = False


def find_case_hindrance(case: KybCase) -> Hindrance | None:
    """Why no screen can be started, whatever the papers are."""
    if case.standing is None:
        return Hindrance(
            "never_read", "This account was not read yet", "Bakkt was not asked about it.", "Read it from Bakkt first."
        )
    if not case.is_entity:
        return Hindrance(
            "not_entity", "KYB is for businesses", "This is a person's account: Bakkt screens people by itself."
        )
    if Standing(case.standing) in FINAL_STANDINGS and not case.is_decided_by_record:
        words = f"The account is {case.standing}: nothing is left to screen."
        return Hindrance("decided", "Bakkt has decided already", words)
    return _started_hindrance(case.screens)


def find_trigger_hindrance(case: KybCase, reason: str) -> Hindrance | None:
    """The rule at the moment of the request: shut until every paper is there, or opened with a reason."""
    hindrance = find_case_hindrance(case)
    if hindrance is not None or not case.unmet or reason.strip():
        return hindrance
    return papers_hindrance(case.unmet)


def papers_hindrance(unmet: Sequence[str]) -> Hindrance:
    lines = f"{len(unmet)} {'line is' if len(unmet) == 1 else 'lines are'}"
    return Hindrance(
        "papers_missing",
        "The checklist is not complete",
        f"{lines} not met: {'; '.join(unmet)}.",
        "Upload what is missing, or say why the screen shall start all the same.",
    )


def _started_hindrance(screens: Sequence[Screen]) -> Hindrance | None:
    barring = next((screen for screen in screens if screen.bars_another), None)
    if barring is None:
        return None
    what = "Manual KYB" if barring.is_manual else "The screen"
    if barring.is_manual and barring.ended_as is None:
        step = "Wait for Bakkt's compliance team, and record how it ended."
    else:
        step = "Wait for Bakkt's decision: it comes by event."
    return Hindrance(
        "started",
        "KYB was started already",
        f"{what} was started by {barring.started_by}, {barring.started}. A second one is never sent.",
        step,
    )

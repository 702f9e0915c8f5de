"""Whether KYB screening may be triggered: it cannot be undone, and missing documents cost days (GUIDE.md, "KYB").

Source: accounts-guide, "KYB Screening".
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.actions import Blocker, Rule, first_blocker
from workbench.domain.kyb.business_owners import CONTACT
from workbench.domain.vocabulary import FINAL_STANDINGS, KybEnding, Standing


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

    ``business_owners``: ids of owners recorded as businesses.
    ``is_decided_by_record``: the standing comes only from the recorded end of manual KYB, not from Bakkt.
    """

    standing: str | None
    is_entity: bool = False
    unmet: tuple[str, ...] = ()
    screenings: tuple[KybScreening, ...] = ()
    is_decided_by_record: bool = False
    business_owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KybTrigger:
    """A trigger of a case, with the reason that the person gave."""

    case: KybCase
    reason: str = ""


def find_case_blocker(case: KybCase) -> Blocker | None:
    """What blocks triggering, whatever the documents are."""
    return first_blocker(CASE_RULES, KybTrigger(case))


def find_trigger_blocker(case: KybCase, reason: str) -> Blocker | None:
    """The rules at the moment of the request: blocked until every document is there or a reason is given."""
    return first_blocker(TRIGGER_RULES, KybTrigger(case, reason))


def _standing_blocker(trigger: KybTrigger) -> Blocker | None:
    case = trigger.case
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
    return None


def _unmet_blocker(trigger: KybTrigger) -> Blocker | None:
    return None if trigger.reason.strip() else _documents_blocker(trigger.case.unmet)


def _documents_blocker(unmet: Sequence[str]) -> Blocker | None:
    if not unmet:
        return None
    lines = f"{len(unmet)} {'requirement is' if len(unmet) == 1 else 'requirements are'}"
    return Blocker(
        "documents_missing",
        "The checklist is not complete",
        f"{lines} not met: {'; '.join(unmet)}.",
        "Upload or record what is missing, or give a reason for starting without it.",
    )


def _started_blocker(trigger: KybTrigger) -> Blocker | None:
    blocking = next((screen for screen in trigger.case.screenings if screen.blocks_another), None)
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
        f"{what} was started by {blocking.started_by}, {blocking.started}. It cannot be started twice.",
        step,
    )


def find_business_blocker(business_owners: Sequence[str]) -> Blocker | None:
    if not business_owners:
        return None
    return Blocker(
        "owner_is_business",
        "An owner is a business",
        "Bakkt's automated onboarding does not support entities owned by other entities.",
        f"{CONTACT} for manual KYB, and send them the Customer Information Form.",
    )


def _business_blocker(trigger: KybTrigger) -> Blocker | None:
    return find_business_blocker(trigger.case.business_owners)


CASE_RULES = (
    Rule("The account is an entity, has been read, and is not decided yet.", _standing_blocker),
    Rule("KYB screening was not triggered before, and no manual KYB is in progress.", _started_blocker),
)
"""What must hold whatever the documents are."""

TRIGGER_RULES = (
    *CASE_RULES,
    Rule("No owner is recorded as a business.", _business_blocker),
    Rule("Every requirement of its checklist is met, or a reason is given.", _unmet_blocker),
)

STILL_MET = Rule(
    "Without a reason, every requirement is still met when Bakkt is read once more, just before sending.",
    _documents_blocker,
)
"""Its case is what that reading finds unmet, in words."""

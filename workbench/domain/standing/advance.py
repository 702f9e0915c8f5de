"""What an account becomes by its next fact: the one way in which states move on, for one fact and for all of them.

Facts are folded in order of time. A fact that is older than one already folded, or that changes what the journey
began with, makes the account be folded anew from all its facts (``journey_of``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from workbench.domain.facts import (
    NO_DOCUMENTS,
    ChecklistStatus,
    JourneyStep,
    KybEnd,
    KybStart,
    PartyEvent,
    Reading,
    Requirement,
    Ruling,
)
from workbench.domain.kyb.checklist import checklist_status_with_rulings, rulings_in_force
from workbench.domain.standing.kyb_progress import NO_KYB, KybProgress
from workbench.domain.standing.rule import REJECTED_REQUESTS, StandingInputs, standing_by_event, standing_of
from workbench.domain.standing.targets import Target, due_at
from workbench.domain.standing.turns import TurnPlan, plan_turn
from workbench.domain.vocabulary import STANDINGS_BEFORE_FIRST_RESPONSE, Standing

Fact = PartyEvent | Reading | KybStart | KybEnd | Ruling


@dataclass(frozen=True, slots=True)
class Milestone:
    """When something was first true; ``undated`` if that was at an unknown time before."""

    reached_at: datetime
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Milestones:
    """The funnel steps of one account. ``documented`` is None for an individual."""

    opened: Milestone
    documented: Milestone | None = None
    screened: Milestone | None = None
    cleared: Milestone | None = None
    trading: Milestone | None = None
    verification: Milestone | None = None


@dataclass(frozen=True, slots=True)
class State:
    """What an account's facts so far say.

    ``ordinal`` numbers the current step. ``checklist`` and ``lines`` are those of the newest reading, without
    ``rulings``. ``first_update``: when the first update of ours that may have arrived was sent.
    """

    is_entity: bool
    current: JourneyStep
    milestones: Milestones
    ordinal: int = 0
    due_at: datetime | None = None
    last_fact_at: datetime | None = None
    last_event_at: datetime | None = None
    is_read: bool = False
    request_status: str | None = None
    lacks_identity_document: bool = False
    checklist: ChecklistStatus = NO_DOCUMENTS
    lines: tuple[Requirement, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    kyb: KybProgress = NO_KYB
    first_update: datetime | None = None

    @property
    def known(self) -> StandingInputs:
        """The standing rule's input, apart from documents, which depend on the day."""
        return StandingInputs(
            by_event=self.current.standing if self.last_event_at else None,
            could_ever_trade=self.milestones.trading is not None,
            request_status=self.request_status,
            is_entity=self.is_entity,
            is_kyb_started=self.kyb.is_started,
            is_manual_kyb_rejected=self.kyb.is_rejected,
        )

    @property
    def checklist_with_rulings(self) -> ChecklistStatus:
        return checklist_status_with_rulings(self.checklist, self.lines, self.rulings)


def state_at_opening(
    opened_at: datetime, targets: Sequence[Target] = (), *, is_entity: bool, first_update: datetime | None = None
) -> State:
    standing = Standing.KYB_DOCUMENTS if is_entity else Standing.SUBMITTED
    return State(
        is_entity,
        JourneyStep(standing, opened_at, "opened"),
        Milestones(Milestone(opened_at)),
        due_at=due_at(standing, opened_at, targets),
        first_update=first_update,
    )


def next_state(state: State, fact: Fact, targets: Sequence[Target] = ()) -> State:
    """The state after the next fact in order of time."""
    noted = _with_fact(state, fact)
    at = fact_time(fact)
    has_documents = noted.is_entity and noted.is_read and noted.checklist_with_rulings.is_complete_on(at.date())
    standing = _standing_after(noted, fact, has_documents=has_documents)
    is_first_reading = isinstance(fact, Reading) and not state.is_read
    if standing is not state.current.standing:
        noted = replace(
            noted,
            current=JourneyStep(standing, at, cause_of(fact), undated=is_first_reading),
            ordinal=state.ordinal + 1,
            due_at=due_at(standing, at, targets),
        )
    found = Milestone(at, undated=is_first_reading)
    milestones = _milestones(state, noted, fact, found, has_documents=has_documents)
    return noted if milestones is state.milestones else replace(noted, milestones=milestones)


def comes_next(state: State, fact: Fact) -> bool:
    """Whether the fact is newer than all folded ones and leaves alone what the journey began with.

    From its first event on, an account's standing follows its latest event, whatever was read or recorded since: so
    an event need only be newer than the events before it.
    """
    last = state.last_event_at if isinstance(fact, PartyEvent) and state.last_event_at else state.last_fact_at
    if last is not None and fact_time(fact) <= last:
        return False
    if isinstance(fact, Reading):
        return fact.is_entity == state.is_entity and fact.created_at >= state.milestones.opened.reached_at
    return state.is_read or state.last_event_at is not None


def turn_of(state: State, link_expires_at: datetime | None) -> TurnPlan:
    return plan_turn(
        state.current.standing,
        state.known,
        link_expires_at=link_expires_at,
        checklist=state.checklist_with_rulings,
        lacks_identity_document=state.lacks_identity_document,
    )


def kyb_ready_through(state: State) -> date | None:
    """The last day (UTC) on which a business is ready for KYB screening, ``date.max`` if no document ends.

    None if its checklist is not met, or KYB has started and not ended without approval; and for individuals.
    """
    checklist = state.checklist_with_rulings
    if not state.is_entity or not checklist.is_complete or state.kyb.is_started:
        return None
    return checklist.valid_through or date.max


def fact_time(fact: Fact) -> datetime:
    if isinstance(fact, Ruling):
        return fact.ruled_at
    if isinstance(fact, KybEnd):
        return fact.ended_at
    return fact.received_at if isinstance(fact, PartyEvent) else fact.started_at


def cause_of(fact: Fact) -> str:
    """What caused the standing, in the words that the journey stores."""
    if isinstance(fact, PartyEvent):
        return " ".join(["event", *filter(None, (fact.party_status, fact.reason_code))])
    if isinstance(fact, KybStart):
        return "manual KYB started" if fact.is_manual else "KYB triggered"
    if isinstance(fact, KybEnd):
        return f"manual KYB {fact.ended_as}"
    return _cause_of_ruling(fact) if isinstance(fact, Ruling) else "reading"


def _cause_of_ruling(ruling: Ruling) -> str:
    if ruling.is_taken_back:
        return "a ruling on the checklist was taken back"
    if ruling.client_document_id is None:
        return "an owner was marked as not needing documents"
    return "a document was marked as meeting the checklist"


def _with_fact(state: State, fact: Fact) -> State:
    at = max(fact_time(fact), state.last_fact_at or fact_time(fact))
    if isinstance(fact, PartyEvent):
        return replace(state, last_fact_at=at, last_event_at=fact.received_at)
    if isinstance(fact, Ruling):
        return replace(state, last_fact_at=at, rulings=rulings_in_force([*state.rulings, fact]))
    if isinstance(fact, KybStart | KybEnd):
        return replace(state, last_fact_at=at, kyb=state.kyb.after(fact))
    return replace(
        state,
        last_fact_at=at,
        is_read=True,
        request_status=state.request_status if _is_about_update(fact, state.first_update) else fact.request_status,
        lacks_identity_document=fact.lacks_identity_document,
        checklist=fact.checklist,
        lines=fact.lines,
    )


def _is_about_update(reading: Reading, first_update: datetime | None) -> bool:
    """A REJECTED that follows an update of ours is about that update: the status stays what it was before."""
    is_after = first_update is not None and reading.started_at >= first_update
    return is_after and reading.request_status in REJECTED_REQUESTS


def _standing_after(noted: State, fact: Fact, *, has_documents: bool) -> Standing:
    if isinstance(fact, PartyEvent):
        return standing_by_event(fact)
    if noted.last_event_at is not None:
        return noted.current.standing
    trades = isinstance(fact, Reading) and fact.can_trade_crypto
    known = noted.known
    return standing_of(
        replace(known, could_ever_trade=known.could_ever_trade or trades, has_complete_documents=has_documents)
    )


def _milestones(before: State, noted: State, fact: Fact, found: Milestone, *, has_documents: bool) -> Milestones:
    reached = {*_reached_by(fact, noted.is_entity)}
    if noted.ordinal != before.ordinal:
        reached |= {*_reached_by_standing(noted.current.standing)}
    if noted.is_entity and (has_documents or "screened" in reached):
        reached.add("documented")
    known = before.milestones
    return replace(known, **{name: _first(getattr(known, name), found) for name in reached}) if reached else known


def _reached_by(fact: Fact, is_entity: bool) -> Iterator[str]:
    if isinstance(fact, PartyEvent) or (isinstance(fact, KybStart) and is_entity):
        yield "screened"
    if isinstance(fact, Reading) and fact.can_trade_crypto:
        yield "trading"


def _reached_by_standing(standing: Standing) -> Iterator[str]:
    if standing not in STANDINGS_BEFORE_FIRST_RESPONSE:
        yield "screened"
    if standing is Standing.ACTIVE:
        yield "cleared"
    if standing is Standing.VERIFICATION:
        yield "verification"


def _first(known: Milestone | None, found: Milestone) -> Milestone:
    """The earlier; of two at the same time the dated one, since it explains the other."""
    return min(known or found, found, key=lambda milestone: (milestone.reached_at, milestone.undated))

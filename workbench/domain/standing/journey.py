"""An account's standings over time and the milestones of its funnel, as a pure function of its facts (DESK.md)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workbench.domain.facts import AccountFacts, JourneyStep, KybEnd, KybStart, PartyEvent, Reading, Ruling
from workbench.domain.kyb.checklist import checklist_status_with_rulings, rulings_in_force
from workbench.domain.standing.kyb_progress import KybProgress
from workbench.domain.standing.rule import REJECTED_REQUESTS, StandingInputs, standing_of
from workbench.domain.vocabulary import STANDINGS_BEFORE_FIRST_RESPONSE, Standing

Fact = PartyEvent | Reading | KybStart | KybEnd | Ruling

_BY_READING = "reading"


@dataclass(frozen=True, slots=True)
class Milestone:
    """When something was first true; ``undated`` if that was at an unknown time before."""

    reached_at: datetime
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Milestones:
    """The funnel steps of one account. ``documented`` is None for an individual."""

    opened: Milestone
    documented: Milestone | None
    screened: Milestone | None
    cleared: Milestone | None
    trading: Milestone | None
    verification: Milestone | None


@dataclass(frozen=True, slots=True)
class Journey:
    """Steps in order of time: the first is the opening, the last the current standing."""

    steps: tuple[JourneyStep, ...]
    milestones: Milestones
    known: StandingInputs

    @property
    def current(self) -> JourneyStep:
        return self.steps[-1]


def journey_of(facts: AccountFacts) -> Journey | None:
    """The account's journey, the same in whatever order and however often facts arrived; None if nothing is known.

    It opens at ``createdAt``, or at the first receipt while only events are known; never later than its first fact.
    """
    ordered = _in_order_of_time(facts)
    if not any(isinstance(fact, PartyEvent | Reading) for fact in ordered):
        return None
    is_entity = facts.readings != () and max(facts.readings, key=_time_key).is_entity
    opening = _opening(_opening_time(facts, ordered), is_entity=is_entity)
    first_update = min(facts.updates_sent, default=None)
    moments = list(_known_after_each_fact(ordered, is_entity=is_entity, first_update=first_update))
    steps = tuple(_steps(opening, moments))
    return Journey(steps, _milestones(facts, steps, moments, is_entity=is_entity), moments[-1].known)


def journey_of_first_reading(reading: Reading) -> Journey:
    """What ``journey_of`` gives for a single reading and nothing else, which is most of a first sync."""
    has_documents = reading.checklist.is_complete_on(reading.started_at.date())
    known = StandingInputs(
        could_ever_trade=reading.can_trade_crypto,
        request_status=reading.request_status,
        is_entity=reading.is_entity,
        has_complete_documents=has_documents,
    )
    opening = _opening(min(reading.started_at, reading.created_at), is_entity=reading.is_entity)
    standing, found = standing_of(known), Milestone(reading.started_at, undated=True)
    screened = None if standing in STANDINGS_BEFORE_FIRST_RESPONSE else found
    milestones = Milestones(
        opened=Milestone(opening.entered_at),
        documented=found if reading.is_entity and (has_documents or screened) else None,
        screened=screened,
        cleared=found if standing is Standing.ACTIVE else None,
        trading=found if reading.can_trade_crypto else None,
        verification=None,
    )
    if standing is opening.standing:
        return Journey((opening,), milestones, known)
    return Journey((opening, JourneyStep(standing, found.reached_at, _BY_READING, undated=True)), milestones, known)


def fact_time(fact: Fact) -> datetime:
    if isinstance(fact, Ruling):
        return fact.ruled_at
    if isinstance(fact, KybEnd):
        return fact.ended_at
    return fact.received_at if isinstance(fact, PartyEvent) else fact.started_at


@dataclass(frozen=True, slots=True)
class _KnownAfterFact:
    """What was known right after one fact."""

    fact: Fact
    known: StandingInputs
    is_first_reading: bool

    @property
    def at(self) -> datetime:
        return fact_time(self.fact)


def _time_key(fact: Fact) -> tuple[datetime, str, str]:
    if isinstance(fact, KybStart):
        return fact.started_at, "", str(fact.is_manual)
    if isinstance(fact, KybEnd):
        return fact.ended_at, "", f"ended {fact.ended_as}"
    if isinstance(fact, Ruling):
        return fact.ruled_at, "", f"{fact.is_taken_back} {fact.subject} {fact.valid_through}"
    request_id = fact.request_id if isinstance(fact, PartyEvent) else ""
    return fact_time(fact), request_id, fact.content_hash or repr(fact)


def _in_order_of_time(facts: AccountFacts) -> list[Fact]:
    distinct: set[Fact] = {*facts.events, *facts.readings, *facts.kyb_starts, *facts.kyb_ends, *facts.rulings}
    return sorted(distinct, key=_time_key)


def _opening(opened_at: datetime, *, is_entity: bool) -> JourneyStep:
    return JourneyStep(Standing.KYB_DOCUMENTS if is_entity else Standing.SUBMITTED, opened_at, "opened")


def _opening_time(facts: AccountFacts, ordered: Sequence[Fact]) -> datetime:
    created = [reading.created_at for reading in facts.readings]
    return min([fact_time(ordered[0]), *created])


def _known_after_each_fact(
    ordered: Sequence[Fact], *, is_entity: bool, first_update: datetime | None
) -> Iterator[_KnownAfterFact]:
    known = StandingInputs(is_entity=is_entity)
    reading: Reading | None = None
    rulings: tuple[Ruling, ...] = ()
    kyb_progress = KybProgress()
    for fact in ordered:
        is_first_reading = isinstance(fact, Reading) and reading is None
        reading = fact if isinstance(fact, Reading) else reading
        rulings = rulings_in_force([*rulings, fact]) if isinstance(fact, Ruling) else rulings
        kyb_progress = kyb_progress.after(fact) if isinstance(fact, KybStart | KybEnd) else kyb_progress
        known = _with_fact(known, fact, kyb_progress, first_update)
        if reading is not None:
            documents = checklist_status_with_rulings(reading, rulings)
            known = replace(known, has_complete_documents=documents.is_complete_on(fact_time(fact).date()))
        yield _KnownAfterFact(fact, known, is_first_reading)


def _with_fact(
    known: StandingInputs, fact: Fact, kyb_progress: KybProgress, first_update: datetime | None
) -> StandingInputs:
    """A REJECTED that follows an update of ours is about that update: the status stays what it was before."""
    if isinstance(fact, PartyEvent):
        return replace(known, event=fact)
    if isinstance(fact, KybStart | KybEnd):
        return replace(known, is_kyb_started=kyb_progress.is_started, is_manual_kyb_rejected=kyb_progress.is_rejected)
    if isinstance(fact, Ruling):
        return known
    return replace(
        known,
        request_status=known.request_status if _is_about_update(fact, first_update) else fact.request_status,
        could_ever_trade=known.could_ever_trade or fact.can_trade_crypto,
    )


def _is_about_update(reading: Reading, first_update: datetime | None) -> bool:
    is_after = first_update is not None and reading.started_at >= first_update
    return is_after and reading.request_status in REJECTED_REQUESTS


def _steps(opening: JourneyStep, moments: Sequence[_KnownAfterFact]) -> Iterator[JourneyStep]:
    yield opening
    current = opening.standing
    for moment in moments:
        standing = standing_of(moment.known)
        if standing is not current:
            yield JourneyStep(standing, moment.at, cause_of(moment.fact), undated=moment.is_first_reading)
            current = standing


def cause_of(fact: Fact) -> str:
    """What caused the standing, in the words that the journey stores."""
    if isinstance(fact, PartyEvent):
        return " ".join(["event", *filter(None, (fact.party_status, fact.reason_code))])
    if isinstance(fact, KybStart):
        return "manual KYB started" if fact.is_manual else "KYB triggered"
    if isinstance(fact, KybEnd):
        return f"manual KYB {fact.ended_as}"
    return _cause_of_ruling(fact) if isinstance(fact, Ruling) else _BY_READING


def _cause_of_ruling(ruling: Ruling) -> str:
    if ruling.is_taken_back:
        return "a ruling on the checklist was taken back"
    if ruling.client_document_id is None:
        return "an owner was marked as not needing documents"
    return "a document was marked as meeting the checklist"


def _milestones(
    facts: AccountFacts, steps: Sequence[JourneyStep], moments: Sequence[_KnownAfterFact], *, is_entity: bool
) -> Milestones:
    started = _first([Milestone(kyb.started_at) for kyb in facts.kyb_starts] if is_entity else [])
    responded = _first(
        [Milestone(event.received_at) for event in facts.events]
        + _entries(steps, lambda s: s not in STANDINGS_BEFORE_FIRST_RESPONSE)
    )
    screened = _first([m for m in (started, responded) if m])
    documents = [Milestone(m.at, m.is_first_reading) for m in moments if m.known.has_complete_documents and is_entity]
    return Milestones(
        opened=Milestone(steps[0].entered_at),
        documented=_first([*documents, *filter(None, [screened])]) if is_entity else None,
        screened=screened,
        cleared=_first(_entries(steps, lambda s: s is Standing.ACTIVE)),
        trading=_first([Milestone(m.at, m.is_first_reading) for m in moments if _shows_trading(m.fact)]),
        verification=_first(_entries(steps, lambda s: s is Standing.VERIFICATION)),
    )


def _entries(steps: Sequence[JourneyStep], is_wanted: Callable[[Standing], bool]) -> list[Milestone]:
    return [Milestone(step.entered_at, step.undated) for step in steps if is_wanted(step.standing)]


def _shows_trading(fact: Fact) -> bool:
    return isinstance(fact, Reading) and fact.can_trade_crypto


def _first(milestones: Sequence[Milestone]) -> Milestone | None:
    """The earliest; of two at the same time the dated one, since it explains the other."""
    return min(milestones, key=lambda milestone: (milestone.reached_at, milestone.undated), default=None)

"""An account's standings over time and the milestones of its funnel, as a pure function of its facts (DESK.md)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.facts import AccountFacts, JourneyStep, KybEnd, KybStart, PartyEvent, Reading, Ruling
from workbench.domain.standing.advance import Fact, Milestones, State, fact_time, next_state, state_at_opening
from workbench.domain.standing.targets import Target


@dataclass(frozen=True, slots=True)
class Journey:
    """Steps in order of time: the first is the opening, the last the current standing."""

    steps: tuple[JourneyStep, ...]
    state: State

    @property
    def current(self) -> JourneyStep:
        return self.steps[-1]

    @property
    def milestones(self) -> Milestones:
        return self.state.milestones


def journey_of(facts: AccountFacts, targets: Sequence[Target] = ()) -> Journey | None:
    """The account's journey, the same in whatever order and however often facts arrived; None if nothing is known.

    It opens at ``createdAt``, or at the first receipt while only events are known; never later than its first fact.
    """
    ordered = in_order_of_time([*facts.events, *facts.readings, *facts.kyb_starts, *facts.kyb_ends, *facts.rulings])
    if not any(isinstance(fact, PartyEvent | Reading) for fact in ordered):
        return None
    state = _opening(facts, ordered, targets)
    steps = [state.current]
    for fact in ordered:
        state = next_state(state, fact, targets)
        if state.ordinal == len(steps):
            steps.append(state.current)
    return Journey(tuple(steps), state)


def _opening(facts: AccountFacts, ordered: Sequence[Fact], targets: Sequence[Target]) -> State:
    newest = max(facts.readings, key=_time_key, default=None)
    created = [reading.created_at for reading in facts.readings]
    return state_at_opening(
        min([fact_time(ordered[0]), *created]),
        targets,
        is_entity=newest is not None and newest.is_entity,
        first_update=min(facts.updates_sent, default=None),
    )


def in_order_of_time(facts: Iterable[Fact]) -> list[Fact]:
    """Each fact once; those of one moment by request id, then content."""
    return sorted(set(facts), key=_time_key)


def _time_key(fact: Fact) -> tuple[datetime, str, str]:
    if isinstance(fact, KybStart):
        return fact.started_at, "", str(fact.is_manual)
    if isinstance(fact, KybEnd):
        return fact.ended_at, "", f"ended {fact.ended_as}"
    if isinstance(fact, Ruling):
        return fact.ruled_at, "", f"{fact.is_taken_back} {fact.subject} {fact.valid_through}"
    request_id = fact.request_id if isinstance(fact, PartyEvent) else ""
    return fact_time(fact), request_id, fact.content_hash or repr(fact)

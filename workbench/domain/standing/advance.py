"""What an account becomes by one newer reading or event, where its older facts need not be read again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.facts import NO_DOCUMENTS, JourneyStep, PartyEvent, Reading
from workbench.domain.moments import aware
from workbench.domain.standing.rule import StandingInputs, standing_of
from workbench.domain.standing.targets import Target, due_at
from workbench.domain.standing.turns import plan_turn
from workbench.domain.vocabulary import Standing

Values = dict[str, object]


@dataclass(frozen=True, slots=True)
class StateBeforeEvent:
    """The columns of an account's row before the event; times are naive UTC.

    ``has_link_notes``: a link request was lost, or something was told of links that nobody has seen.
    """

    is_entity: bool
    standing: Standing
    last_event_at: datetime | None
    link_expires_at: datetime | None
    counted_expiries: list[datetime]
    has_link_notes: bool
    is_cleared: bool
    was_in_verification: bool
    lacks_identity_document: bool


def can_move_by_event(stored: StateBeforeEvent, event: PartyEvent, standing: Standing) -> bool:
    if stored.last_event_at is None or event.received_at <= aware(stored.last_event_at):
        return False
    if stored.is_entity and standing is Standing.UNDER_REVIEW:
        return False
    touches_links = brings_link(event) or Standing.VERIFICATION in {standing, stored.standing}
    return not (touches_links and stored.has_link_notes)


def brings_link(event: PartyEvent) -> bool:
    return event.link_url is not None


def entry_values(stored: StateBeforeEvent, step: JourneyStep, targets: Sequence[Target]) -> Values:
    """The values that entering a standing changes."""
    values: Values = {
        "standing": step.standing.value,
        "standing_since": step.entered_at,
        "standing_undated": step.undated,
        "standing_cause": step.cause,
        "due_at": due_at(step.standing, step.entered_at, targets),
    }
    if step.standing is Standing.ACTIVE and not stored.is_cleared:
        values |= {"cleared_at": step.entered_at, "cleared_undated": False}
    if step.standing is Standing.VERIFICATION and not stored.was_in_verification:
        values["verification_at"] = step.entered_at
    return values


def outlook_values(stored: StateBeforeEvent, standing: Standing, link_expires_at: object) -> Values:
    """The turn and the next turn."""
    known = StandingInputs(is_entity=stored.is_entity)
    expires_at = aware(link_expires_at) if isinstance(link_expires_at, datetime) else None
    plan = plan_turn(
        standing,
        known,
        link_expires_at=expires_at,
        checklist=NO_DOCUMENTS,
        lacks_identity_document=stored.lacks_identity_document,
    )
    return {
        "turn": plan.turn.value,
        "turn_changes_at": plan.changes_at,
        "turn_after": plan.turn_after.value if plan.turn_after else None,
    }


@dataclass(frozen=True, slots=True)
class StoredState:
    """The columns of an account's row; times are naive UTC."""

    is_entity: bool
    standing: str
    standing_since: datetime
    opened_at: datetime
    last_event_at: datetime | None
    link_expires_at: datetime | None
    trading_at: datetime | None
    trading_undated: bool
    owners_hash: int | None
    documents_hash: int | None
    missing_fields_hash: int | None
    requirements_hash: int | None

    @property
    def part_hashes(self) -> tuple[int | None, ...]:
        """Hashes of the parts of its newest reading that have their own tables."""
        return self.owners_hash, self.documents_hash, self.missing_fields_hash, self.requirements_hash


def stays_in_standing(state: StoredState, reading: Reading, kyb_started_at: datetime | None) -> bool:
    """Whether the reading is newer than every fact and leaves standing, opening and account type unchanged.

    The latest event outweighs any reading; without an event the standing rule is applied again.
    """
    told_at = aware(state.last_event_at) if state.last_event_at else None
    if any(moment is not None and reading.started_at <= moment for moment in (told_at, kyb_started_at)):
        return False
    if reading.is_entity != state.is_entity or reading.created_at < aware(state.opened_at):
        return False
    if told_at is not None:
        return True
    known = StandingInputs(
        could_ever_trade=reading.can_trade_crypto or state.trading_at is not None,
        request_status=reading.request_status,
        is_entity=state.is_entity,
        is_kyb_started=kyb_started_at is not None,
        has_complete_documents=reading.checklist.is_complete_on(reading.started_at.date()),
    )
    return standing_of(known).value == state.standing


def next_state_row(
    client_account_id: str, state: StoredState, reading: Reading, targets: Sequence[Target], *, is_kyb_started: bool
) -> tuple[object, ...]:
    standing = Standing(state.standing)
    known = StandingInputs(is_entity=state.is_entity, is_kyb_started=is_kyb_started)
    link_expires_at = aware(state.link_expires_at) if state.link_expires_at else None
    plan = plan_turn(
        standing,
        known,
        link_expires_at=link_expires_at,
        checklist=reading.checklist,
        lacks_identity_document=reading.lacks_identity_document,
    )
    starts_trading = reading.can_trade_crypto and state.trading_at is None
    return (
        client_account_id,
        due_at(standing, aware(state.standing_since), targets),
        plan.turn.value,
        plan.changes_at,
        plan.turn_after.value if plan.turn_after else None,
        reading.started_at if starts_trading else state.trading_at,
        state.trading_undated,
    )

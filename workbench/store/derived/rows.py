"""Columns and rows of the derived tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from operator import attrgetter

import pyarrow as pa

from workbench.domain.facts import JourneyStep
from workbench.domain.links.links import VerificationLink, counts_when_expired
from workbench.domain.links.outcomes import LinkOutcome
from workbench.domain.standing.advance import Milestone, State, kyb_ready_through, turn_of
from workbench.store.engine.staging import schema

Row = tuple[object, ...]

OWNER = schema(
    position="count",
    client_owner_id="text",
    role="text",
    given_name="text",
    middle_names="text",
    family_name="text",
    email_address="text",
    phone_number="text",
    country="text",
)
REQUIREMENT = schema(
    requirement="text", client_owner_id="text", has_documents="flag", valid_through="day", reason="text"
)
PAYLOAD = schema(
    account_type="text",
    is_entity="flag",
    display_name="text",
    country="text",
    state="text",
    bakkt_account_id="text",
    created_at="time",
    request_status="text",
)
"""The columns that are called as an account's payload is read."""

DOCUMENT_COLUMNS = schema(
    document_expires_at="time",
    has_undated_documents="flag",
    first_uploaded_at="time",
    has_undated_uploads="flag",
    uploaded_again_at="time",
    previous_upload_at="time",
)
"""What an account's row says of its documents (``DocumentColumns``)."""

_OTHER_DETAILS = schema(
    client_account_id="text",
    can_trade_crypto="flag",
    settlement_method="text",
    pending_updates="count",
    content_hash="text",
    documents_hash="hash",
    lacks_identity_document="flag",
    fields_missing="count",
    read_at="time",
    search_text="text",
    missing_fields="texts",
    owners=pa.list_(pa.struct(list(OWNER))),
    requirements=pa.list_(pa.struct(list(REQUIREMENT))),
)
DETAILS = pa.schema([*PAYLOAD, *_OTHER_DETAILS, *DOCUMENT_COLUMNS])
"""The columns of an account's row that come from its newest reading."""

_LINKED = schema(
    link_expires_at="time",
    first_expiry_at="time",
    second_expiry_at="time",
    third_expiry_at="time",
    link_unseen_until="time",
    no_link_left_at="time",
    lost_link_requests="count",
    completed_link="count",
)
_STANDING = schema(
    client_account_id="text",
    standing="text",
    standing_since="time",
    standing_undated="flag",
    standing_cause="text",
    standing_reason_code="text",
    standing_ordinal="count",
    due_at="time",
    turn="text",
    turn_changes_at="time",
    turn_after="text",
    kyb_ready_through="day",
    last_event_at="time",
    opened_at="time",
    documented_at="time",
    documented_undated="flag",
    screened_at="time",
    screened_undated="flag",
    cleared_at="time",
    cleared_undated="flag",
    trading_at="time",
    trading_undated="flag",
    verification_at="time",
)
STATES = pa.schema([*_STANDING, *_LINKED])
"""The columns of an account's row that follow from all its facts."""

ACCOUNT_KEY = pa.field("account_key", pa.int32())
"""A small number that stands for an account's id where many rows are joined or grouped, which is quicker by numbers.

An account gets the next one when its row is first written, and keeps it. The rows of its journey have it too.
"""

JOURNEYS = schema(
    client_account_id="text",
    ordinal="count",
    standing="text",
    entered_at="time",
    cause="text",
    undated="flag",
    previous_standing="text",
    previous_entered_at="time",
    previous_reason_code="text",
    previous_undated="flag",
    opened_at="time",
).append(ACCOUNT_KEY)
LINKS = schema(
    client_account_id="text",
    url="text",
    expires_at="time",
    first_seen_at="time",
    is_counted="flag",
    ordinal="count",
    live_from="time",
    live_until="time",
    completed_at="time",
    decided_at="time",
    is_expiry_assumed="flag",
)


@dataclass(frozen=True, slots=True)
class LinkColumns:
    """What an account's row says of its links: the first expiries are those that count.

    ``completed_link``: the ordinal of the first that was completed.
    """

    link_expires_at: datetime | None = None
    first_expiry_at: datetime | None = None
    second_expiry_at: datetime | None = None
    third_expiry_at: datetime | None = None
    link_unseen_until: datetime | None = None
    no_link_left_at: datetime | None = None
    lost_link_requests: int = 0
    completed_link: int | None = None

    @property
    def has_notes(self) -> bool:
        """Whether a request was lost, or something was told of links that nobody has seen."""
        return bool(self.lost_link_requests or self.link_unseen_until or self.no_link_left_at)


_of_links = attrgetter(*_LINKED.names)


def state_row(client_account_id: str, state: State, links: LinkColumns) -> Row:
    """The row of one account (STATES)."""
    current, milestones, plan = state.current, state.milestones, turn_of(state, links.link_expires_at)
    return (
        client_account_id,
        current.standing.value,
        current.entered_at,
        current.undated,
        current.cause,
        current.reason_code or "",
        state.ordinal,
        state.due_at,
        plan.turn.value,
        plan.changes_at,
        plan.turn_after.value if plan.turn_after else None,
        kyb_ready_through(state),
        state.last_event_at,
        milestones.opened.reached_at,
        *_milestone_columns(milestones.documented),
        *_milestone_columns(milestones.screened),
        *_milestone_columns(milestones.cleared),
        *_milestone_columns(milestones.trading),
        milestones.verification.reached_at if milestones.verification else None,
        *_of_links(links),
    )


def _milestone_columns(milestone: Milestone | None) -> tuple[datetime | None, bool]:
    return (milestone.reached_at, milestone.undated) if milestone else (None, False)


def step_rows(
    client_account_id: str,
    account_key: int,
    state: State,
    steps: Sequence[JourneyStep],
    previous: JourneyStep | None,
) -> Iterator[Row]:
    """The rows of an account's newest entries into a standing (JOURNEYS), the first of which came after ``previous``.

    Each says what the account was in before, so that a stay is known from one row, and no earlier row changes with a
    move: to write the end of a stay to its own row would make every event update one more.
    """
    ordinals = count(state.ordinal + 1 - len(steps))
    for ordinal, before, step in zip(ordinals, [previous, *steps], steps, strict=False):
        yield (
            client_account_id,
            ordinal,
            step.standing.value,
            step.entered_at,
            step.cause,
            step.undated,
            *_columns_before(before),
            state.milestones.opened.reached_at,
            account_key,
        )


def _columns_before(step: JourneyStep | None) -> Row:
    """Texts are empty where there are none: DuckDB reads a column of few texts in half the time if none is null."""
    return (
        (step.standing.value, step.entered_at, step.reason_code or "", step.undated) if step else ("", None, "", None)
    )


def link_rows(
    client_account_id: str,
    links: Sequence[VerificationLink],
    outcomes: Sequence[LinkOutcome | None],
    steps: Sequence[JourneyStep],
) -> Iterator[Row]:
    """The rows of one account's links (LINKS), by expiry; ``outcomes`` has that of each."""
    for ordinal, (link, outcome) in enumerate(zip(links, outcomes, strict=True), 1):
        is_counted = counts_when_expired(link, steps)
        yield (
            client_account_id,
            link.url,
            link.expires_at,
            link.first_seen_at,
            is_counted,
            ordinal,
            *_outcome_columns(outcome),
            link.is_expiry_assumed,
        )


def _outcome_columns(outcome: LinkOutcome | None) -> tuple[datetime | None, ...]:
    if outcome is None:
        return None, None, None, None
    return outcome.live_from, outcome.live_until, outcome.completed_at, outcome.decided_at

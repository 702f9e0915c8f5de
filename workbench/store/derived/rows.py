"""Columns and rows of the derived tables."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from workbench.domain.facts import JourneyStep
from workbench.domain.links.links import VerificationLink, counts_when_expired
from workbench.domain.links.outcomes import LinkOutcome, outcomes_of
from workbench.domain.standing.journey import Milestone
from workbench.store.engine.staging import schema

DETAILS = schema(
    client_account_id="text",
    account_type="text",
    is_entity="flag",
    display_name="text",
    bakkt_account_id="text",
    created_at="time",
    request_status="text",
    can_trade_crypto="flag",
    settlement_method="text",
    pending_updates="count",
    content_hash="text",
    owners_hash="hash",
    documents_hash="hash",
    missing_fields_hash="hash",
    requirements_hash="hash",
    lacks_identity_document="flag",
    search_text="text",
)
"""The columns of an account's row that come from its newest reading."""

STATES = schema(
    client_account_id="text",
    standing="text",
    standing_since="time",
    standing_undated="flag",
    standing_cause="text",
    due_at="time",
    turn="text",
    turn_changes_at="time",
    turn_after="text",
    link_expires_at="time",
    counted_expiries="times",
    link_unseen_until="time",
    no_link_left_at="time",
    lost_link_requests="count",
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
JOURNEYS = schema(
    client_account_id="text", ordinal="count", standing="text", entered_at="time", cause="text", undated="flag"
)
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


def step_row(client_account_id: str, ordinal: int, step: JourneyStep) -> tuple[object, ...]:
    """The row of one entry into a standing (JOURNEYS)."""
    return client_account_id, ordinal, step.standing.value, step.entered_at, step.cause, step.undated


def link_rows(
    client_account_id: str, links: Sequence[VerificationLink], steps: Sequence[JourneyStep]
) -> Iterator[tuple[object, ...]]:
    """The rows of one account's links (LINKS), by expiry."""
    for ordinal, (link, outcome) in enumerate(zip(links, outcomes_of(links, steps), strict=True), 1):
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


def milestone_columns(milestone: Milestone | None) -> tuple[datetime | None, bool]:
    return (milestone.reached_at, milestone.undated) if milestone else (None, False)


def columns_of(side: str, names: Sequence[str]) -> str:
    return ", ".join(f"{side}.{name}" for name in names)


DETAIL_NAMES = [name for name in DETAILS.names if name != "client_account_id"]

"""Updating an account: the whole record is read, sent again with the edited fields, and read back.

Source: accounts-guide, "Updating Accounts"; GUIDE.md, "Updating an account". The customer's values are only in the
held account and the plan: the action's record has field names and digests.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import uvloop

from workbench.access.policy import Act
from workbench.actions.doubts import CONFIRMED, NO_DOUBTS, Doubts
from workbench.actions.outcomes import refusal_without_values
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.refused_bodies import body_digest, unchanged_blocker
from workbench.actions.settling.read_back import digests_of
from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktRefused
from workbench.bakkt.models import find_account_faults
from workbench.domain.account.fields import REQUIRED
from workbench.domain.actions import Blocker, Plan, Rule
from workbench.domain.payload import list_of
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.updates import ABSENT, Edits, Review, apply_edits, compare, path_name
from workbench.domain.updates.editing import paths_to_read_back
from workbench.domain.updates.paths import is_same, value_at
from workbench.domain.updates.permissions import (
    forbidden_edits,
    masked_values,
    touches_agreements,
    touches_ownership,
)
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store import Completion, ReadRows

CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """Bakkt's record of an account at one moment: the base of an edit. Only the page keeps it."""

    client_account_id: str
    request: Mapping[str, Any] = field(repr=False)
    created_at: str
    status: str
    pending_update_ids: tuple[str, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """The days on which we and Bakkt acknowledged an update of agreements; None if not yet."""

    by_us: date | None = None
    by_bakkt: date | None = None

    def are_given(self, today: date) -> bool:
        return all(day is not None and day <= today for day in (self.by_us, self.by_bakkt))


@dataclass(frozen=True, slots=True)
class UpdateCase:
    """What the rules of an update look at. ``field_errors`` maps paths in the outgoing body to contract errors."""

    held: HeldAccount = field(repr=False)
    edits: Edits = field(repr=False)
    review: Review = field(repr=False)
    field_errors: Mapping[str, str]
    acknowledgements: Acknowledgements
    today: date
    doubts: Doubts = NO_DOUBTS


@dataclass(frozen=True, slots=True)
class CheckedRule:
    """A rule and what blocks the update under it, for the dry run."""

    rule: Rule[UpdateCase]
    blocker: Blocker | None

    @property
    def is_met(self) -> bool:
        return self.blocker is None


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """An update as it would be sent: the whole body, its differences and whether each rule is met.

    ``field_errors`` maps paths in the outgoing body to the contract check's messages.
    """

    held: HeldAccount = field(repr=False)
    edits: Edits = field(repr=False)
    outgoing: Mapping[str, Any] = field(repr=False)
    review: Review = field(repr=False)
    field_errors: Mapping[str, str]
    rules: tuple[CheckedRule, ...]
    changes_ownership: bool
    acknowledgements: Acknowledgements = Acknowledgements()
    doubts: Doubts = NO_DOUBTS

    @property
    def blockers(self) -> tuple[Blocker, ...]:
        return tuple(checked.blocker for checked in self.rules if checked.blocker is not None)


@dataclass(frozen=True, slots=True)
class UpdateAttempt:
    """The receipt of a confirmed update; ``bakkt_now`` is Bakkt's record if it changed since it was read."""

    receipt: Receipt
    bakkt_now: HeldAccount | None = field(default=None, repr=False)


def read_held_account(actions: Actions, client_account_id: str) -> HeldAccount:
    """Reads the account from Bakkt losslessly, without storing it. Raises NotAllowedError, BakktError."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_read(actions, client_account_id))


def plan_update(
    held: HeldAccount,
    edits: Edits,
    acknowledgements: Acknowledgements = Acknowledgements(),
    today: date | None = None,
    doubts: Doubts = NO_DOUBTS,
) -> UpdatePlan:
    """What sending these edits would mean. Bakkt is not called."""
    outgoing = apply_edits(held.request, edits)
    review = compare(held.request, outgoing, edits)
    field_errors = _contract_errors(held, outgoing, edits)
    case = UpdateCase(held, edits, review, field_errors, acknowledgements, today or datetime.now(UTC).date(), doubts)
    rules = tuple(CheckedRule(rule, rule.find_blocker(case)) for rule in rules_for(edits))
    tells = touches_ownership(held.request, edits)
    return UpdatePlan(held, edits, outgoing, review, field_errors, rules, tells, acknowledgements, doubts)


def find_refused_before(actions: Actions, plan: UpdatePlan) -> Blocker | None:
    """What blocks a plan whose body Bakkt refused the last time. Bakkt is not called."""
    account = plan.held.client_account_id
    return unchanged_blocker(actions.store.read_rows, ActionKind.UPDATE_ACCOUNT, account, plan.outgoing)


def update_account(actions: Actions, plan: UpdatePlan, *, confirm_key: str, reason: str = "") -> UpdateAttempt:
    """Sends a plan once, unless a rule, a closed account or a changed record at Bakkt blocks it.

    Raises StoreError if nothing could be recorded; then nothing was sent.
    """
    action = Plan(
        ActionKind.UPDATE_ACCOUNT,
        plan.held.client_account_id,
        confirm_key,
        what=_what(plan),
        reason=reason.strip(),
        changed_fields=tuple(change.name for change in plan.review.changed),
    )
    look = _Recheck(plan.held)
    work = Work(action, partial(_find_blocker, plan), partial(_send, plan), look.find_blocker)
    return UpdateAttempt(actions.perform(work), look.bakkt_now)


async def _read(actions: Actions, client_account_id: str) -> HeldAccount:
    async with actions.connect_for(Act.UPDATE_ACCOUNT) as client:
        with client.availability.asking():
            return held_account(client_account_id, await client.fetch_account(client_account_id))


def held_account(client_account_id: str, answer: BakktAnswer) -> HeldAccount:
    value = answer.value
    return HeldAccount(
        client_account_id,
        value["request"],
        created_at=str(value["createdAt"]),
        status=str(value["status"]),
        pending_update_ids=tuple(map(str, list_of(value.get("pendingUpdateIds")))),
        read_at=answer.started_at,
    )


def rules_for(edits: Edits) -> tuple[Rule[UpdateCase], ...]:
    """The rules that these edits must meet."""
    return (*UPDATE_RULES, AGREEMENTS_RULE) if touches_agreements(edits) else UPDATE_RULES


_NOTHING_CHANGED = Blocker("nothing_changed", "Nothing changed", "Every field matches Bakkt's record.", "Edit a field.")
_UNACKNOWLEDGED = Blocker(
    "unacknowledged",
    "Both sides must acknowledge this first",
    "We and Bakkt must acknowledge an update of agreements before it is sent.",
    "Tick both acknowledgements and enter their dates, today at the latest.",
)


def _unchanged_blocker(case: UpdateCase) -> Blocker | None:
    return None if case.review.changed else _NOTHING_CHANGED


def _dropped_blocker(case: UpdateCase) -> Blocker | None:
    if not case.review.dropped:
        return None
    return Blocker(
        "would_drop",
        "Data would be lost",
        f"The update would drop or alter fields that nobody edited: {', '.join(case.review.dropped[:10])}.",
        "Nothing was sent. Please report this: it is a bug in the workbench.",
    )


def _forbidden_blocker(case: UpdateCase) -> Blocker | None:
    found = [f"{path_name(path)}: {reason}" for path, reason in forbidden_edits(case.held.request, case.edits)]
    if not found:
        return None
    return Blocker("restricted", "This cannot be updated here", " ".join(found[:10]), "Undo it, or ask Bakkt.")


def _masked_blocker(case: UpdateCase) -> Blocker | None:
    found = [path_name(path) for path in masked_values(case.held.request, case.edits)]
    if not found:
        return None
    return Blocker(
        "masked",
        "A masked value would be sent",
        f"It would overwrite the real value of {', '.join(found[:10])}.",
        "Enter the full value. If Bakkt itself returns a masked one, ask its operations team.",
    )


def _field_error_blocker(case: UpdateCase) -> Blocker | None:
    if not case.field_errors:
        return None
    named = " ".join(f"{name}: {words.rstrip('.')}." for name, words in list(case.field_errors.items())[:10])
    return Blocker("faulty", "Some fields need correcting", named, "Correct them.")


def _unacknowledged_blocker(case: UpdateCase) -> Blocker | None:
    return None if case.acknowledgements.are_given(case.today) else _UNACKNOWLEDGED


def _unconfirmed_blocker(case: UpdateCase) -> Blocker | None:
    return CONFIRMED.find_blocker(case.doubts)


UPDATE_RULES = (
    Rule("At least one field changes.", _unchanged_blocker),
    Rule("All other fields are sent unchanged.", _dropped_blocker),
    Rule("No field changes that only Bakkt's operations team may update.", _forbidden_blocker),
    Rule("No masked value is sent.", _masked_blocker),
    Rule("The changed fields match Bakkt's contract.", _field_error_blocker),
    Rule(CONFIRMED.words, _unconfirmed_blocker),
)
AGREEMENTS_RULE = Rule("Both sides acknowledged the update of agreements.", _unacknowledged_blocker)


def _contract_errors(held: HeldAccount, outgoing: Mapping[str, Any], edits: Edits) -> dict[str, str]:
    """Contract errors that the edits add; those already in Bakkt's record are allowed."""
    known = set(find_account_faults(_as_stored(held, edits)))
    found = [fault for fault in find_account_faults(outgoing) if fault not in known]
    return {fault.field: _PLAIN_MESSAGES.get(fault.message, fault.message) for fault in found}


_PLAIN_MESSAGES = {
    "Field required": REQUIRED,
    "Input should be a valid string": "This must be text.",
    "Input should be a valid list": "This must be a list.",
}


def _as_stored(held: HeldAccount, edits: Edits) -> dict[str, Any]:
    """Bakkt's record without the list items that are removed, so that errors in other items keep their paths."""
    return apply_edits(held.request, {path: new for path, new in edits.items() if new is ABSENT and _is_item(path)})


def _is_item(path: tuple[str | int, ...]) -> bool:
    return isinstance(path[-1], int)


def _find_blocker(plan: UpdatePlan, read: ReadRows) -> Blocker | None:
    client_account_id = plan.held.client_account_id
    rows = read("accounts/one", client_account_id=client_account_id)
    if rows and rows[0]["standing"] == Standing.CLOSED:
        return Blocker("closed", "The account is closed", "Bakkt reported that it was closed. Nothing was sent.")
    blocker = next(iter(plan.blockers), None)
    return blocker or unchanged_blocker(read, ActionKind.UPDATE_ACCOUNT, client_account_id, plan.outgoing)


class _Recheck:
    """Reads Bakkt's record once more just before the update is sent."""

    def __init__(self, held: HeldAccount) -> None:
        self._held = held
        self.bakkt_now: HeldAccount | None = None

    async def find_blocker(self, client: BakktClient) -> Blocker | None:
        """The blocker if the record changed since it was read; the new one is kept in ``bakkt_now`` for comparison."""
        now = held_account(self._held.client_account_id, await client.fetch_account(self._held.client_account_id))
        if is_same(dict(self._held.request), dict(now.request)):
            return None
        self.bakkt_now = now
        return Blocker(
            CHANGED_MEANWHILE,
            "This account has changed at Bakkt",
            "Someone else changed this account; your update would have overwritten it.",
            "Compare both versions, then confirm with the latest.",
        )


async def _send(plan: UpdatePlan, client: BakktClient) -> Completion:
    try:
        answer = await client.submit_account(plan.outgoing, stored=_as_stored(plan.held, plan.edits))
    except BakktRefused as error:
        return refusal_without_values(error, plan.outgoing, plan.edits)
    return _completion_of(plan, held_account(plan.held.client_account_id, answer))


def _completion_of(plan: UpdatePlan, returned: HeldAccount) -> Completion:
    """REJECTED or CANCELLED means refused; an accepted update whose answer lacks the new values gets a note."""
    if returned.status in REJECTED_REQUESTS:
        return Completion(Outcome.REFUSED, bakkt_words=f"The request was {returned.status}.")
    paths = paths_to_read_back(plan.held.request, plan.edits)
    is_shown = all(is_same(value_at(returned.request, at), value_at(plan.outgoing, at)) for at in paths)
    note = "" if is_shown else "Bakkt accepted it, but its answer does not show the new values yet."
    pending = tuple(sorted(set(returned.pending_update_ids) - set(plan.held.pending_update_ids)))
    return Completion(Outcome.ACCEPTED, note=note, pending_ids=pending)


def _what(plan: UpdatePlan) -> dict[str, str]:
    """What the record keeps: how many values change, and digests that identify the new and the old values."""
    paths = paths_to_read_back(plan.held.request, plan.edits)
    days = {"acknowledged_by_us": plan.acknowledgements.by_us, "acknowledged_by_bakkt": plan.acknowledgements.by_bakkt}
    return {
        "changed": str(len(plan.review.changed)),
        "unchanged": str(plan.review.unchanged_count),
        **digests_of(plan.held.request, plan.outgoing, paths),
        **body_digest(plan.outgoing),
        "held_created_at": plan.held.created_at,
        "held_pending": ",".join(sorted(plan.held.pending_update_ids)),
        **plan.doubts.record,
        **({name: day.isoformat() for name, day in days.items() if day} if touches_agreements(plan.edits) else {}),
    }

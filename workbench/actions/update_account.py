"""Changing an account: its complete data set read fresh, sent again with the edited fields, and read back.

Source: accounts-guide, "Updating Accounts"; GUIDE.md, "Updating an account". The customer's values are in the held
account and the plan alone: the action's record has names of fields and digests.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import uvloop

from workbench.actions.outcomes import refusal_without_values
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.settling.read_back import digests_of
from workbench.bakkt.answers import Answer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktRefused
from workbench.bakkt.models import find_account_faults
from workbench.domain.actions import Hindrance, Plan
from workbench.domain.updates import ABSENT, Edits, Review, apply_edits, compare, path_name
from workbench.domain.updates.editing import places_to_read_back
from workbench.domain.updates.paths import is_same, value_at
from workbench.domain.updates.permissions import (
    forbidden_edits,
    masked_values,
    touches_agreements,
    touches_ownership,
)
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store import Completion, ReadRows

METHOD, ADDRESS = "POST", "/apex-crypto/api/v2/accounts"
NOT_DONE = frozenset({"REJECTED", "CANCELLED"})
CHANGED_MEANWHILE = "changed_meanwhile"


@dataclass(frozen=True, slots=True)
class HeldAccount:
    """What Bakkt holds of an account, as read at a moment: the base of an edit. Kept by the page alone."""

    client_account_id: str
    request: Mapping[str, Any] = field(repr=False)
    created_at: str
    status: str
    pending_update_ids: tuple[str, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Acknowledgements:
    """The days on which we and Bakkt acknowledged a change of agreements; None where one has not."""

    by_us: date | None = None
    by_bakkt: date | None = None

    def are_given(self, today: date) -> bool:
        return all(day is not None and day <= today for day in (self.by_us, self.by_bakkt))


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule that was checked before anything is sent, for the dry run."""

    words: str
    hindrance: Hindrance | None = None

    @property
    def is_met(self) -> bool:
        return self.hindrance is None


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """An update as it would be sent: the whole outgoing body, how it differs, and whether each rule is met.

    ``faults`` are by path of the outgoing body, in the words of the contract's check.
    """

    held: HeldAccount = field(repr=False)
    edits: Edits = field(repr=False)
    outgoing: Mapping[str, Any] = field(repr=False)
    review: Review = field(repr=False)
    faults: Mapping[str, str]
    rules: tuple[Rule, ...]
    tells_of_ownership: bool
    acknowledgements: Acknowledgements = Acknowledgements()

    @property
    def hindrances(self) -> tuple[Hindrance, ...]:
        return tuple(rule.hindrance for rule in self.rules if rule.hindrance is not None)


@dataclass(frozen=True, slots=True)
class UpdateAttempt:
    """The receipt of a confirmed update; ``bakkt_now`` is Bakkt's copy where it had changed since it was read."""

    receipt: Receipt
    bakkt_now: HeldAccount | None = field(default=None, repr=False)


def read_held_account(actions: Actions, client_account_id: str) -> HeldAccount:
    """Reads the account from Bakkt, without loss and without keeping it. Raises BakktError."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_read(actions, client_account_id))


def plan_update(
    held: HeldAccount, edits: Edits, acknowledgements: Acknowledgements = Acknowledgements(), today: date | None = None
) -> UpdatePlan:
    """What sending these edits would mean; nothing is sent or asked."""
    outgoing = apply_edits(held.request, edits)
    review = compare(held.request, outgoing, edits)
    faults = _contract_faults(held, outgoing, edits)
    day = today or datetime.now(UTC).date()
    rules = tuple(_rules(held, edits, review, faults, acknowledgements, day))
    tells = touches_ownership(held.request, edits)
    return UpdatePlan(held, edits, outgoing, review, faults, rules, tells, acknowledgements)


def update_account(actions: Actions, plan: UpdatePlan, *, confirm_key: str, reason: str = "") -> UpdateAttempt:
    """Sends a plan once, unless a rule, a closed account or a change of Bakkt's copy is in the way.

    Raises StoreError when nothing could be recorded; then nothing was sent.
    """
    action = Plan(
        ActionKind.UPDATE_ACCOUNT,
        plan.held.client_account_id,
        confirm_key,
        what=_what(plan),
        reason=reason.strip(),
        changed_fields=tuple(change.name for change in plan.review.changed),
    )
    look = _LastLook(plan.held)
    work = Work(action, partial(_find_hindrance, plan), partial(_send, plan), look.find_hindrance)
    return UpdateAttempt(actions.perform(work), look.bakkt_now)


async def _read(actions: Actions, client_account_id: str) -> HeldAccount:
    async with actions.connect() as client:
        return held_account(client_account_id, await client.fetch_account(client_account_id))


def held_account(client_account_id: str, answer: Answer) -> HeldAccount:
    value = answer.value
    pending = value.get("pendingUpdateIds")
    return HeldAccount(
        client_account_id,
        value["request"],
        created_at=str(value["createdAt"]),
        status=str(value["status"]),
        pending_update_ids=tuple(map(str, pending)) if isinstance(pending, list) else (),
        read_at=answer.started_at,
    )


def _rules(
    held: HeldAccount,
    edits: Edits,
    review: Review,
    faults: Mapping[str, str],
    acknowledgements: Acknowledgements,
    today: date,
) -> Iterator[Rule]:
    yield Rule("Something changes.", None if review.changed else _NOTHING)
    yield Rule("All else that Bakkt holds goes out as it is.", _dropped(review))
    yield Rule("No field is changed that only Bakkt's operations team may change.", _forbidden(held, edits))
    yield Rule("No masked value is sent.", _masked(held, edits))
    yield Rule("The changed fields are as Bakkt's contract wants them.", _faulty(faults))
    if touches_agreements(edits):
        missing = None if acknowledgements.are_given(today) else _UNACKNOWLEDGED
        yield Rule("The change of agreements was acknowledged by both sides.", missing)


_NOTHING = Hindrance("nothing_changed", "Nothing is changed", "Every field is as Bakkt holds it.", "Change a field.")
_UNACKNOWLEDGED = Hindrance(
    "unacknowledged",
    "Both sides must acknowledge first",
    "A change of agreements is acknowledged by us and by Bakkt before it is sent.",
    "Tick both acknowledgements, each with its day, today at the latest.",
)


def _dropped(review: Review) -> Hindrance | None:
    if not review.dropped:
        return None
    return Hindrance(
        "would_drop",
        "Something would be lost",
        f"What would be sent lacks or alters what nobody edited: {', '.join(review.dropped[:10])}.",
        "Nothing was sent. Please report this: it is a fault of the workbench.",
    )


def _forbidden(held: HeldAccount, edits: Edits) -> Hindrance | None:
    found = [f"{path_name(path)}: {reason}" for path, reason in forbidden_edits(held.request, edits)]
    if not found:
        return None
    return Hindrance("restricted", "This cannot be changed here", " ".join(found[:10]), "Undo it, or ask Bakkt's team.")


def _masked(held: HeldAccount, edits: Edits) -> Hindrance | None:
    found = [path_name(path) for path in masked_values(held.request, edits)]
    if not found:
        return None
    return Hindrance(
        "masked",
        "A masked value would be sent",
        f"It would overwrite the true one at {', '.join(found[:10])}.",
        "Type the whole value. If Bakkt itself answers with a masked one, ask its operations team.",
    )


def _faulty(faults: Mapping[str, str]) -> Hindrance | None:
    if not faults:
        return None
    named = " ".join(f"{name}: {words.rstrip('.')}." for name, words in list(faults.items())[:10])
    return Hindrance("faulty", "Some fields are not right yet", named, "Correct them.")


def _contract_faults(held: HeldAccount, outgoing: Mapping[str, Any], edits: Edits) -> dict[str, str]:
    """Faults that the edits bring; what Bakkt holds of them already may stay."""
    known = set(find_account_faults(_as_stored(held, edits)))
    found = [fault for fault in find_account_faults(outgoing) if fault not in known]
    return {fault.field: _PLAIN.get(fault.message, fault.message) for fault in found}


_PLAIN = {
    "Field required": "This is needed.",
    "Input should be a valid string": "This must be text.",
    "Input should be a valid list": "This must be a list.",
}


def _as_stored(held: HeldAccount, edits: Edits) -> dict[str, Any]:
    """What Bakkt holds, with the items that go away gone, so that faults of the others keep their places."""
    return apply_edits(held.request, {path: new for path, new in edits.items() if new is ABSENT and _is_item(path)})


def _is_item(path: tuple[str | int, ...]) -> bool:
    return isinstance(path[-1], int)


def _find_hindrance(plan: UpdatePlan, read: ReadRows) -> Hindrance | None:
    rows = read("accounts/one", client_account_id=plan.held.client_account_id)
    if rows and rows[0]["standing"] == Standing.CLOSED:
        return Hindrance("closed", "The account is closed", "Bakkt told that it was closed: nothing was sent.")
    return next(iter(plan.hindrances), None)


class _LastLook:
    """Reads Bakkt's copy once more just before the update leaves."""

    def __init__(self, held: HeldAccount) -> None:
        self._held = held
        self.bakkt_now: HeldAccount | None = None

    async def find_hindrance(self, client: BakktClient) -> Hindrance | None:
        """Whether it changed since it was read; kept here then, for the person to compare."""
        now = held_account(self._held.client_account_id, await client.fetch_account(self._held.client_account_id))
        if is_same(dict(self._held.request), dict(now.request)):
            return None
        self.bakkt_now = now
        return Hindrance(
            CHANGED_MEANWHILE,
            "Bakkt's copy changed since it was read",
            "Somebody changed the account meanwhile: sending would have undone that.",
            "Compare the versions, then confirm on the new one.",
        )


async def _send(plan: UpdatePlan, client: BakktClient) -> Completion:
    try:
        answer = await client.submit_account(plan.outgoing, stored=_as_stored(plan.held, plan.edits))
    except BakktRefused as error:
        return refusal_without_values(error, plan.outgoing, plan.edits)
    return _completion_of(plan, held_account(plan.held.client_account_id, answer))


def _completion_of(plan: UpdatePlan, told: HeldAccount) -> Completion:
    """An answer that says REJECTED is no success; one that shows other values is, and says so."""
    if told.status in NOT_DONE:
        return Completion(Outcome.REFUSED, bakkt_words=f"The request is {told.status}.")
    places = places_to_read_back(plan.held.request, plan.edits)
    is_shown = all(is_same(value_at(told.request, at), value_at(plan.outgoing, at)) for at in places)
    note = "" if is_shown else "Bakkt accepted it, and its answer does not show the change yet."
    return Completion(Outcome.ACCEPTED, note=note)


def _what(plan: UpdatePlan) -> dict[str, str]:
    """What the record keeps: how many values change, and digests by which the update is told from what was before."""
    places = places_to_read_back(plan.held.request, plan.edits)
    days = {"acknowledged_by_us": plan.acknowledgements.by_us, "acknowledged_by_bakkt": plan.acknowledgements.by_bakkt}
    return {
        "changed": str(len(plan.review.changed)),
        "unchanged": str(plan.review.unchanged_count),
        **digests_of(plan.held.request, plan.outgoing, places),
        "held_created_at": plan.held.created_at,
        "held_pending": ",".join(sorted(plan.held.pending_update_ids)),
        **({name: day.isoformat() for name, day in days.items() if day} if touches_agreements(plan.edits) else {}),
    }

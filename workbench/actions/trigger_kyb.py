"""Triggering KYB screening of a business: once, with all documents in or a reason. It cannot be undone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from workbench.access.permitted import in_full
from workbench.access.policy import Act
from workbench.actions.kyb_case import read_case, rulings_of, unmet_lines
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.snapshot import snapshot_account, snapshot_documents
from workbench.domain.actions import Blocker, Plan, open_action_blocker
from workbench.domain.facts import KybStart, Requirement
from workbench.domain.kyb.checklist import is_trust, kyb_checklist, with_rulings
from workbench.domain.kyb.triggers import STILL_MET, find_business_blocker, find_case_blocker, find_trigger_blocker
from workbench.domain.kyb.turnaround import consequence_of
from workbench.domain.moments import aware, moment_in_words
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Completion, Effects, ReadRows

UNMET = "unmet"
"""Among the details of a trigger: the requirements that were not met when it was confirmed."""
BETWEEN = "; "


@dataclass(frozen=True, slots=True)
class KybReview:
    """What triggering KYB screening now would mean. With ``unmet`` requirements it needs a reason.

    ``owned_by_business``: why only manual KYB is left. ``needs_second``: it waits until a second person confirms it.
    """

    blocker: Blocker | None
    unmet: tuple[str, ...] = ()
    consequence: str = ""
    owned_by_business: Blocker | None = None
    needs_second: bool = False

    @property
    def wants_reason(self) -> bool:
        return bool(self.unmet)


def review_kyb(actions: Actions, client_account_id: str) -> KybReview:
    """Whether KYB screening may be triggered, from stored data. Bakkt is not called."""
    actions.acting.require(Act.SEE_ACCOUNT)
    read = in_full(actions.store).read_rows  # a rule needs the rows as they are; only its words are shown
    case = read_case(read, client_account_id)
    (took,) = read("kyb/turnaround_summary", is_manual=False)
    earlier = _open_trigger(read, client_account_id)
    return KybReview(
        find_case_blocker(case) or (_open_blocker(earlier) if earlier else None),
        case.unmet,
        consequence_of(took["screens_timed"], took["median_hours"], took["p90_hours"]),
        find_business_blocker(case.business_owners),
        needs_second=actions.two_person_rule and bool(case.unmet),
    )


def trigger_kyb(actions: Actions, client_account_id: str, *, confirm_key: str, reason: str = "") -> Receipt:
    """Triggers KYB screening once. Unmet requirements need a ``reason``; both are recorded.

    Without a reason the account is read back first, and nothing is sent if a document is missing. With the two-person
    rule a trigger with unmet requirements waits for a second person. Raises StoreError if nothing could be
    recorded; then nothing was sent.
    """
    actions.acting.require(Act.TRIGGER_KYB)
    unmet = read_case(in_full(actions.store).read_rows, client_account_id).unmet
    plan = Plan(
        ActionKind.TRIGGER_KYB,
        client_account_id,
        confirm_key,
        what={UNMET: _in_words(unmet)} if unmet else {},
        reason=reason.strip(),
    )
    return actions.perform(kyb_work(actions, plan))


def kyb_work(actions: Actions, plan: Plan, *, is_confirmed_before: bool = False) -> Work:
    """How KYB screening is triggered. Confirmed before by a first person, Bakkt is read again for what that rested on.

    A reason excuses what is unmet in the plan: with nothing unmet there, Bakkt is read again as without a reason.
    """
    account, is_excused = plan.client_account_id, UNMET in plan.what
    unchanged = partial(_find_changed_blocker, actions, plan) if is_confirmed_before else None
    return Work(
        plan,
        find_blocker=partial(_find_blocker, account, plan.reason),
        send=partial(_send, actions, account),
        recheck=unchanged if is_excused else partial(_find_fresh_blocker, actions, account),
        needs_second=lambda read: is_excused or bool(read_case(read, account).unmet),
    )


def _open_trigger(read: ReadRows, client_account_id: str) -> dict[str, Any] | None:
    rows = read("actions/open", client_account_id=client_account_id, kind=ActionKind.TRIGGER_KYB.value)
    return next(iter(rows), None)


def _open_blocker(row: Mapping[str, Any]) -> Blocker:
    started = moment_in_words(aware(row["started_at"]))
    return open_action_blocker(ActionKind.TRIGGER_KYB, Outcome(row["outcome"]), row["actor"], started)


def _find_blocker(client_account_id: str, reason: str, read: ReadRows) -> Blocker | None:
    return find_trigger_blocker(read_case(read, client_account_id), reason)


async def _send(actions: Actions, client_account_id: str, client: BakktClient) -> Completion:
    """The screen begins when the request is sent; Bakkt's decision comes later."""
    started_at = actions.now()
    await client.submit_kyb_trigger(client_account_id)
    return Completion(Outcome.ACCEPTED, effects=Effects(kyb_starts=(KybStart(started_at),)))


async def _find_fresh_blocker(actions: Actions, client_account_id: str, client: BakktClient) -> Blocker | None:
    """What Bakkt's record lacks now: an owner may have been added since the last reading."""
    return STILL_MET.find_blocker(await _fetch_unmet(actions, client_account_id, client))


async def _find_changed_blocker(actions: Actions, plan: Plan, client: BakktClient) -> Blocker | None:
    """Whether Bakkt's record lacks something else now than what the first person confirmed."""
    unmet = await _fetch_unmet(actions, plan.client_account_id, client)
    if sorted(unmet) == sorted(plan.what[UNMET].split(BETWEEN)):
        return None
    words = f"At Bakkt it is now: {_in_words(unmet) or 'nothing is missing'}. Nothing was sent."
    return Blocker("checklist_changed", "What is missing has changed", words, "Look at the checklist, and ask again.")


async def _fetch_unmet(actions: Actions, client_account_id: str, client: BakktClient) -> tuple[str, ...]:
    lines = await _read_lines(client_account_id, client)
    rulings = rulings_of(actions.store.read_rows("kyb/rulings", client_account_id=client_account_id))
    return unmet_lines(with_rulings(lines, rulings), actions.now().date())


def _in_words(unmet: Sequence[str]) -> str:
    return BETWEEN.join(unmet)


async def _read_lines(client_account_id: str, client: BakktClient) -> tuple[Requirement, ...]:
    account = (await client.fetch_account(client_account_id)).value
    try:
        documents = snapshot_documents((await client.fetch_account_documents(client_account_id)).value)
    except BakktNotFound:
        documents = ()
    owners = snapshot_account(account).owners
    return kyb_checklist(is_trust=is_trust(account["request"]), owners=owners, documents=documents)

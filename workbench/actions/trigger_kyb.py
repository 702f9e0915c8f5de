"""Starting the KYB screen of a business: once, with every paper there or a reason, and never called back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from functools import partial
from typing import Any

from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound
from workbench.bakkt.snapshot import snapshot_account, snapshot_documents
from workbench.domain.actions import Hindrance, Plan, open_action_hindrance
from workbench.domain.facts import KybStart, Requirement, Ruling
from workbench.domain.kyb.checklist import is_trust, kyb_checklist, under_rulings
from workbench.domain.kyb.triggers import KybCase, Screen, find_case_hindrance, find_trigger_hindrance, papers_hindrance
from workbench.domain.kyb.turnaround import consequence_of
from workbench.domain.moments import moment_in_words
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.vocabulary import ActionKind, Outcome, Standing
from workbench.store import Brought, Completion, ReadRows

PATH = "/apex-crypto/api/v2/accounts/triggerKYBScreening/"
"""Before the clientAccountId; the request has no body (contract.yaml)."""

LINE_WORDS = {
    "certificate_of_incorporation": "certificate of incorporation",
    "governing_document": "governing document",
    "shareholder_registry": "shareholder registry",
    "structure_chart": "structure chart",
    "certificate_of_beneficial_owners": "certificate of beneficial owners",
    "owner_identity": "identity of owner",
}


@dataclass(frozen=True, slots=True)
class KybReview:
    """What starting the screen would mean now. With ``unmet`` lines it is shut, unless a reason opens it.

    ``open_action_id``: an earlier trigger that has no answer, or lost it.
    """

    hindrance: Hindrance | None
    unmet: tuple[str, ...] = ()
    consequence: str = ""
    open_action_id: str = ""

    @property
    def wants_reason(self) -> bool:
        return bool(self.unmet)


def review_kyb(actions: Actions, client_account_id: str) -> KybReview:
    """Whether the screen may be started, from what is stored: nothing is asked of Bakkt."""
    read = actions.store.read_rows
    case = read_case(read, client_account_id)
    screens = read("kyb/turnaround")
    took = [one["hours"] for one in screens if one["hours"] is not None and not one["is_manual"]]
    earlier = _open_trigger(read, client_account_id)
    return KybReview(
        find_case_hindrance(case) or (_open_hindrance(earlier) if earlier else None),
        case.unmet,
        consequence_of(took),
        earlier["action_id"] if earlier else "",
    )


def trigger_kyb(actions: Actions, client_account_id: str, *, confirm_key: str, reason: str = "") -> Receipt:
    """Starts the screen, once. ``reason`` opens it where lines of the checklist are not met; both are recorded.

    Without a reason Bakkt's own copy is read right before, and nothing is sent where it lacks a paper. Raises
    StoreError when nothing could be recorded; then nothing was sent.
    """
    unmet = read_case(actions.store.read_rows, client_account_id).unmet
    plan = Plan(
        ActionKind.TRIGGER_KYB,
        client_account_id,
        confirm_key,
        what={"unmet": "; ".join(unmet)} if unmet else {},
        reason=reason.strip(),
    )
    work = Work(
        plan,
        find_hindrance=partial(_find_hindrance, client_account_id, plan.reason),
        send=partial(_send, actions, client_account_id),
        last_look=None if plan.reason else partial(_find_fresh_hindrance, actions, client_account_id),
    )
    return actions.perform(work)


def line_in_words(requirement: str, client_owner_id: str | None) -> str:
    """ "identity of owner o2": no names."""
    return f"{LINE_WORDS.get(requirement, requirement)} {client_owner_id or ''}".strip()


def rulings_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Ruling, ...]:
    """The rulings in force, from ``kyb/rulings``."""
    return tuple(
        Ruling(
            row["ruled_at"].replace(tzinfo=UTC),
            *(row["requirement"], row["client_owner_id"], row["client_document_id"], row["valid_through"]),
        )
        for row in rows
        if row["is_in_force"]
    )


def _open_trigger(read: ReadRows, client_account_id: str) -> dict[str, Any] | None:
    rows = read("actions/unsettled")
    wanted = (client_account_id, ActionKind.TRIGGER_KYB.value)
    return next((row for row in rows if (row["client_account_id"], row["kind"]) == wanted), None)


def _open_hindrance(row: Mapping[str, Any]) -> Hindrance:
    started = moment_in_words(row["started_at"].replace(tzinfo=UTC))
    return open_action_hindrance(ActionKind.TRIGGER_KYB, Outcome(row["outcome"]), row["actor"], started)


def _find_hindrance(client_account_id: str, reason: str, read: ReadRows) -> Hindrance | None:
    return find_trigger_hindrance(read_case(read, client_account_id), reason)


async def _send(actions: Actions, client_account_id: str, client: BakktClient) -> Completion:
    """The screen began when its request left: Bakkt's word on it comes after."""
    started_at = actions.now()
    await client.submit_kyb_trigger(client_account_id)
    return Completion(Outcome.ACCEPTED, brought=Brought(kyb_starts=(KybStart(started_at),)))


async def _find_fresh_hindrance(actions: Actions, client_account_id: str, client: BakktClient) -> Hindrance | None:
    """What Bakkt's own copy lacks now: an owner may have joined since it was last read."""
    lines = await _read_lines(client_account_id, client)
    rulings = rulings_of(actions.store.read_rows("kyb/rulings", client_account_id=client_account_id))
    unmet = _unmet(under_rulings(lines, rulings), actions.now().date())
    return papers_hindrance(unmet) if unmet else None


async def _read_lines(client_account_id: str, client: BakktClient) -> tuple[Requirement, ...]:
    account = (await client.fetch_account(client_account_id)).value
    try:
        documents = snapshot_documents((await client.fetch_account_documents(client_account_id)).value)
    except BakktNotFound:
        documents = ()
    owners = snapshot_account(account).owners
    return kyb_checklist(is_trust=is_trust(account["request"]), owners=owners, documents=documents)


def _unmet(lines: Sequence[Requirement], today: date) -> tuple[str, ...]:
    return tuple(line_in_words(line.requirement, line.client_owner_id) for line in lines if not line.is_met(today))


def read_case(read: ReadRows, client_account_id: str) -> KybCase:
    account = next(iter(read("accounts/one", client_account_id=client_account_id)), None)
    if account is None or account["standing"] is None:
        return KybCase(None)
    lines = read("accounts/checklist", client_account_id=client_account_id)
    return KybCase(
        account["standing"],
        account["is_entity"],
        unmet=tuple(
            line_in_words(line["requirement"], line["client_owner_id"]) for line in lines if not line["is_met"]
        ),
        screens=tuple(_screen(row) for row in read("kyb/screens", client_account_id=client_account_id)),
        is_decided_by_record=_is_decided_by_record(account),
    )


def _is_decided_by_record(account: Mapping[str, Any]) -> bool:
    """Whether it is rejected by neither an event nor its payload: then a person recorded how manual KYB ended."""
    is_told = account["last_event_at"] is not None or account["request_status"] in REJECTED_REQUESTS
    return account["standing"] == Standing.REJECTED and not is_told


def _screen(row: Mapping[str, Any]) -> Screen:
    started = moment_in_words(row["started_at"].replace(tzinfo=UTC))
    return Screen(row["is_manual"], row["started_by"], started, row["ended_as"])

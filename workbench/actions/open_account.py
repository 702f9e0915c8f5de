"""Opening an account: a draft is reviewed, sent once and then synced (GUIDE.md, "Opening an account")."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from workbench.access.masking import IN_A_FORM, masked_payload
from workbench.access.policy import Act
from workbench.actions.doubts import CONFIRMED, Doubts
from workbench.actions.drafts import Draft, delete_draft, find_draft, save_draft
from workbench.actions.lost_answers import find_doubtful, land_settlement, settle_as_not_sent
from workbench.actions.outcomes import refusal_without_values
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.refused_bodies import body_digest, unchanged_blocker
from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktNotFound, BakktRefused
from workbench.domain.account import FieldIssue, body_of, issues_of, owners_abroad, place_refusals, summary_of
from workbench.domain.actions import BY_READING, Blocker, Plan, Rule
from workbench.domain.errors import InputError
from workbench.domain.kyb.triggers import find_business_blocker
from workbench.domain.payload import object_of
from workbench.domain.standing.rule import REJECTED_REQUESTS
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import ActionRecord, Completion, Effects, ReadRows, Settlement


@dataclass(frozen=True, slots=True)
class OpeningReview:
    """What a draft would send: the whole body, and a copy masked as in a form for display."""

    body: Mapping[str, Any] = field(repr=False)
    masked_body: Mapping[str, Any] = field(repr=False)
    findings: tuple[FieldIssue, ...]
    blocker: Blocker | None

    @property
    def errors(self) -> tuple[FieldIssue, ...]:
        return tuple(one for one in self.findings if not one.is_warning)

    @property
    def warnings(self) -> tuple[FieldIssue, ...]:
        """What is worth knowing; nobody has to confirm it."""
        return tuple(one for one in self.findings if one.is_warning and not one.doubts)

    @property
    def doubtful(self) -> tuple[FieldIssue, ...]:
        """The fields whose answers a person has to confirm."""
        return tuple(one for one in self.findings if one.doubts)


def review_opening(actions: Actions, draft: Draft, today: date | None = None) -> OpeningReview:
    """What would be sent and what blocks it; ``today`` is the day where the person sits. Bakkt is not called."""
    today = today or actions.now().date()
    body = body_of(draft.form, today)
    blocker = _find_blocker(draft, body, actions.store.read_rows)
    return OpeningReview(body, masked_payload(body, IN_A_FORM), issues_of(draft.form, today), blocker)


def open_account(
    actions: Actions, draft: Draft, *, confirm_key: str, today: date | None = None, are_doubts_confirmed: bool = False
) -> Receipt:
    """Sends the draft once if every rule is met and the id is new. Once accepted, the draft is deleted.

    Bakkt's refusals are kept at the draft's fields. Raises InputError for a draft with field errors, StoreError when
    nothing could be recorded; then nothing was sent.
    """
    actions.acting.require(Act.OPEN_ACCOUNT)
    review = review_opening(actions, draft, today)
    if review.errors:
        raise InputError("Some fields need correcting; nothing was sent.", next_step="Correct them and review again.")
    doubts = Doubts({one.path: one.doubts for one in review.doubtful}, are_doubts_confirmed)
    receipt = actions.perform(_work(actions, draft, review, doubts, confirm_key))
    _follow_up(actions, draft, receipt)
    return receipt


def _work(actions: Actions, draft: Draft, review: OpeningReview, doubts: Doubts, confirm_key: str) -> Work:
    client_account_id = draft.form.client_account_id
    earlier = find_doubtful(actions, ActionKind.OPEN_ACCOUNT, client_account_id, client_account_id)
    plan = Plan(
        ActionKind.OPEN_ACCOUNT,
        client_account_id,
        confirm_key,
        slot=client_account_id,
        what={
            **summary_of(review.body),
            "owners_abroad": ", ".join(str(position + 1) for position in owners_abroad(draft.form)),
            "draft_id": draft.draft_id,
            **doubts.record,
            **body_digest(review.body),
        },
    )
    return Work(
        plan,
        find_blocker=lambda read: CONFIRMED.find_blocker(doubts) or _find_blocker(draft, review.body, read),
        send=partial(_send, review.body),
        recheck=partial(_find_at_bakkt, actions, client_account_id, earlier),
    )


def _find_blocker(draft: Draft, body: Mapping[str, Any], read: ReadRows) -> Blocker | None:
    client_account_id = draft.form.client_account_id
    owned_by_business = find_business_blocker(draft.business_owner_ids)
    if owned_by_business is not None or not client_account_id:
        return owned_by_business
    known = read("accounts/registration", client_account_id=client_account_id) or read(
        "accounts/one", client_account_id=client_account_id
    )
    blocker = NEW_HERE.find_blocker(bool(known))
    return blocker or unchanged_blocker(read, ActionKind.OPEN_ACCOUNT, client_account_id, body, slot=client_account_id)


async def _find_at_bakkt(
    actions: Actions, client_account_id: str, earlier: ActionRecord | None, client: BakktClient
) -> Blocker | None:
    """Checks that Bakkt does not have the id: the same call would overwrite the account.

    If it has, that may be the earlier opening, which counts as not sent until now.
    """
    try:
        answer = await client.fetch_account(client_account_id)
    except BakktNotFound:
        return NEW_TO_BAKKT.find_blocker(False)
    if earlier is not None:
        await asyncio.to_thread(land_settlement, actions, earlier, settle_opened(earlier, answer.value))
    return NEW_TO_BAKKT.find_blocker(True)


_REGISTERED = Blocker(
    "registered",
    "This account id is taken",
    "An account with this client account id exists already: opening it again would overwrite it.",
    "Give the new account another id, or go to the existing account.",
)
_KNOWN_TO_BAKKT = Blocker(
    "known_to_bakkt",
    "Bakkt already has this id",
    "Bakkt has an account with this client account id: sending the form would overwrite that account.",
    "Give the new account another id. To work on the existing one, import its id on Data.",
)
NEW_HERE: Rule[bool] = Rule("The client account id is new to the registry.", {True: _REGISTERED}.get)
NEW_TO_BAKKT: Rule[bool] = Rule("It is new to Bakkt too, asked just before sending.", {True: _KNOWN_TO_BAKKT}.get)
"""The case of both is whether the id is known."""


async def _send(body: Mapping[str, Any], client: BakktClient) -> Completion:
    try:
        return _completion_of(await client.submit_account(body))
    except BakktRefused as error:
        return refusal_without_values(error, body, {(name,): value for name, value in body.items()})


def _completion_of(answer: BakktAnswer) -> Completion:
    """A 200 acknowledges the request unless its status says REJECTED or CANCELLED."""
    status = str(answer.value["status"])
    if status in REJECTED_REQUESTS:
        return Completion(Outcome.REFUSED, note=f"Bakkt received the request and answered {status}.")
    return Completion(Outcome.ACCEPTED, effects=Effects(registers_account=True))


def _follow_up(actions: Actions, draft: Draft, receipt: Receipt) -> None:
    if receipt.outcome is Outcome.ACCEPTED:
        delete_draft(actions, draft.draft_id)
    elif receipt.record is not None and receipt.record.refusals and not receipt.is_repeat:
        keep_refusals(actions, draft.draft_id, receipt.record.refusals)


def keep_refusals(actions: Actions, draft_id: str, refusals: tuple[tuple[str, str], ...]) -> None:
    """Saves Bakkt's refusals at the matching fields of the current draft."""
    draft = find_draft(actions, draft_id)
    if draft is None:
        return
    placed = place_refusals(refusals, draft.form)
    save_draft(actions, replace(draft, refusals=placed.by_path))


class OpeningReader:
    """Settles an opening whose answer was lost, by reading the account back: accepted if Bakkt has the account."""

    def __init__(self, actions: Actions) -> None:
        self._actions = actions

    async def __call__(self, record: ActionRecord, client: BakktClient) -> Settlement | None:
        read_at = self._actions.now()
        try:
            answer = await client.fetch_account(record.client_account_id)
        except BakktNotFound:
            words = "Bakkt does not have the account: the request never arrived."
            return settle_as_not_sent(record, read_at, words)
        return settle_opened(record, answer.value)


def settle_opened(record: ActionRecord, account: Mapping[str, Any]) -> Settlement | None:
    """Bakkt had no such account just before sending, so one with the same type and owners came from this request."""
    summary = summary_of(object_of(account["request"]))
    if any(record.what.get(name) != value for name, value in summary.items()):
        return None
    status = str(account["status"])
    if status in REJECTED_REQUESTS:
        return Settlement(Outcome.REFUSED, BY_READING, f"Bakkt has the request with status {status}.")
    return Settlement(
        Outcome.ACCEPTED,
        BY_READING,
        "Bakkt has the account with the type and owners that were sent.",
        Effects(registers_account=True),
    )

"""Requesting a verification link: the only code that may call ``documentVerificationDetails`` (DESK.md, "Links")."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from workbench.actions.outcomes import completion_of
from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.bakkt.answers import BakktAnswer
from workbench.bakkt.client import BakktClient
from workbench.bakkt.errors import BakktRefused
from workbench.bakkt.instants import read_first_expiry
from workbench.domain.actions import Blocker, Plan
from workbench.domain.facts import LinkAnswer
from workbench.domain.links.links import LINK_EXPIRY_FIELDS, LINK_URL_FIELDS
from workbench.domain.links.requests import (
    LinkBudget,
    LinkRequestPlan,
    OpenRequest,
    find_request_blocker,
    is_last,
    plan_link_request,
)
from workbench.domain.moments import aware
from workbench.domain.payload import first_text_of
from workbench.domain.second_person import OVERRIDE
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.store import Completion, Effects, ReadRows

WITHOUT_LINK = "Bakkt answered without a link."
WITHOUT_EXPIRY = "Bakkt gave no expiry for the link, so the longest possible one is assumed."


def review_link_request(actions: Actions, client_account_id: str) -> LinkRequestPlan:
    """What requesting a link now would mean, from stored data. Bakkt is not called."""
    budget = _read_budget(actions.store.read_rows, client_account_id)
    plan = plan_link_request(budget, actions.now(), actions.clock_margin)
    return replace(plan, needs_second=actions.two_person_rule and plan.needs_reason)


def request_link(
    actions: Actions,
    client_account_id: str,
    *,
    confirm_key: str,
    reason: str = "",
    override_declined_consent: bool = False,
) -> Receipt:
    """Requests a link from Bakkt once, if the rules allow it at that moment.

    If a link has arrived by event, applied or still in the inbox, nothing is requested. Overriding a
    declined consent is recorded as the person's choice. With the two-person rule the customer's last link waits for a
    second person. Raises StoreError if nothing could be recorded; then nothing was sent.
    """
    plan = Plan(
        ActionKind.REQUEST_LINK,
        client_account_id,
        confirm_key,
        what={OVERRIDE: "yes"} if override_declined_consent else {},
        reason=reason.strip(),
    )
    actions.catch_up()
    return actions.perform(link_work(actions, plan))


def link_work(actions: Actions, plan: Plan, *, is_confirmed_before: bool = False) -> Work:
    """How a link is requested. ``is_confirmed_before``: the open request is this one, which waited for a second."""
    return Work(
        plan,
        partial(_find_blocker, actions, plan, is_confirmed_before),
        partial(_fetch_link, actions, plan),
        needs_second=lambda read: is_last(_read_budget(read, plan.client_account_id)),
    )


def _find_blocker(actions: Actions, plan: Plan, is_confirmed_before: bool, read: ReadRows) -> Blocker | None:
    budget = _read_budget(read, plan.client_account_id)
    open_request = None if is_confirmed_before else budget.open_request
    return find_request_blocker(replace(budget, open_request=open_request), plan.reason, actions.now())


async def _fetch_link(actions: Actions, plan: Plan, client: BakktClient) -> Completion:
    try:
        answer = await client.fetch_verification_link(
            plan.client_account_id, override_declined_consent=OVERRIDE in plan.what
        )
    except BakktRefused as error:
        return replace(completion_of(error), says_no_link_left=_speaks_of_limit(error))
    return _completion_of(answer, actions.now(), actions.link_life)


def record_no_link_left(actions: Actions, action_id: str) -> Receipt:
    """Records, as a person reads Bakkt's refusal, that no link is left. Raises InputError if it is no such refusal."""
    return Receipt(actions.store.note_no_link_left(action_id, f"{actions.actor}: Bakkt says no link is left."))


_LIMIT = re.compile(r"limit|maximum|expirations?\b|(?<![a-z])max(?![a-z])", re.IGNORECASE)


def _speaks_of_limit(error: BakktRefused) -> bool:
    """Whether a refusal says that no link is left. Bakkt documents no code for it (DESK.md, "Links")."""
    told = (*error.codes, error.bakkt_words, *(one.message for one in error.fields))
    return any(_LIMIT.search(words) for words in told)


def _completion_of(answer: BakktAnswer, now: datetime, link_life: timedelta) -> Completion:
    """An answer without a link may have used one up, so the outcome is unknown."""
    url = first_text_of(answer.value, LINK_URL_FIELDS)
    if url is None:
        return Completion(Outcome.UNKNOWN, note=WITHOUT_LINK)
    expires_at = read_first_expiry(answer.value, LINK_EXPIRY_FIELDS)
    link = LinkAnswer(now, url, expires_at or now + link_life)
    return Completion(Outcome.ACCEPTED, note="" if expires_at else WITHOUT_EXPIRY, effects=Effects((link,)))


def _read_budget(read: ReadRows, client_account_id: str) -> LinkBudget:
    rows = read("accounts/link_request", client_account_id=client_account_id)
    return _budget_of(rows[0]) if rows else LinkBudget(None)


def _budget_of(row: dict[str, Any]) -> LinkBudget:
    return LinkBudget(
        standing=row["standing"],
        link_expires_at=aware(row["link_expires_at"]) if row["link_expires_at"] else None,
        expirations_used=row["expirations_used"] or 0,
        unseen_until=aware(row["link_unseen_until"]) if row["link_unseen_until"] else None,
        no_link_left_at=aware(row["no_link_left_at"]) if row["no_link_left_at"] else None,
        open_request=_open_request(row),
    )


def _open_request(row: dict[str, Any]) -> OpenRequest | None:
    if row["open_started_at"] is None:
        return None
    return OpenRequest(Outcome(row["open_outcome"]), row["open_actor"], aware(row["open_started_at"]))

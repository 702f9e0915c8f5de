"""A desk with thousands of sandbox accounts, filled without HTTP, and the sandbox's true state beside it."""

import json
from datetime import datetime, timedelta
from typing import Any

from tests.support.answers_by_hand import FunnelAccount, Reached
from tests.support.facts import LONG_AGO, NOW, TARGET_HOURS
from tests.support.stores import new_store
from workbench.bakkt.answers import BakktAnswer
from workbench.domain.facts import KybStart
from workbench.events import replay_events
from workbench.sandbox import Sandbox, SandboxOptions
from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.accounts.state import AccountState
from workbench.sandbox.api.documents import write_metadata
from workbench.store import AccountReading, Store
from workbench.sync.reading import reading_of

BATCH = 1000


class TrueAccount(FunnelAccount):
    """One account as the sandbox knows it, and as far as a desk can know it that has recorded nothing by hand."""

    def __init__(
        self, truth: dict[str, Any], residence: tuple[str | None, str | None], completed_link: int | None
    ) -> None:
        self.id: str = truth["client_account_id"]
        self.account_type: str = truth["account_type"]
        self.is_entity: bool = truth["is_entity"]
        self.standing: str = truth["standing"]
        self.residence: tuple[str | None, str | None] = residence
        self.completed_link = completed_link
        self.opened = datetime.fromisoformat(truth["milestones"]["opened"])
        self.milestones = _milestones(truth)
        if self.standing == "kyb_ready":
            self.standing = "kyb_documents"  # nobody is recorded as managing, so no checklist is complete


def _milestones(truth: dict[str, Any]) -> dict[str, Reached]:
    told = truth["milestones"]
    if truth["is_entity"]:
        undated = {*told["undated"]} - {"documented"} | ({"documented"} if "screened" in told["undated"] else set())
        told = {**told, "documented": told["screened"], "undated": undated}
    steps = ["opened", *(["documented"] if truth["is_entity"] else []), "screened", "cleared", "trading"]
    dated = {step: Reached(datetime.fromisoformat(told[step])) for step in steps if told[step] is not None}
    opened = dated["opened"].moment
    return {**dated, **{step: Reached(opened, undated=True) for step in told["undated"]}}


def sandbox_desk(accounts: int, seed: int = 11) -> tuple[Store, list[TrueAccount]]:
    """Return a store that read every account and received every event as of NOW, and the true accounts."""
    sandbox = Sandbox(SandboxOptions(accounts=accounts, seed=seed, now=lambda: NOW))
    store = new_store()
    store.land_targets(TARGET_HOURS, 24, LONG_AGO)
    store.stop_clock(NOW)
    known = list(sandbox.simulation.accounts.values())
    store.land_registry([account.client_account_id for account in known], "file")
    for start in range(0, len(known), BATCH):
        store.land_readings([_reading(sandbox, account) for account in known[start : start + BATCH]])
    starts = [(a.client_account_id, KybStart(a.kyb_triggered_at)) for a in known if a.kyb_triggered_at is not None]
    store.land_kyb_starts(starts, "client's systems")
    replay_events(store, [json.dumps(line).encode() for line in sandbox.archive()])
    residences = {account.client_account_id: _residence(sandbox, account) for account in known}
    completed = {account.client_account_id: _completed_link(account) for account in known}
    return store, [
        TrueAccount(truth, residences[truth["client_account_id"]], completed[truth["client_account_id"]])
        for truth in sandbox.truth()
    ]


def _residence(sandbox: Sandbox, account: AccountState) -> tuple[str | None, str | None]:
    address = sandbox.simulation.request_of(account)["owners"][0]["identity"]["personalAddress"]
    return address.get("country"), address.get("state")


def _completed_link(account: AccountState) -> int | None:
    """Which of its links was the newest when the account left document verification other than by rejection."""
    closed = [link for link in account.links if link.closed_at is not None]
    if not closed or account.standing == "rejected":
        return None
    return len(closed)


def _reading(sandbox: Sandbox, account: AccountState) -> AccountReading:
    payload = {
        "id": account.bakkt_id,
        "request": sandbox.simulation.request_of(account),
        "createdAt": write_moment(account.created_at),
        "status": account.request_status,
        "pendingUpdateIds": account.pending_update_ids,
    }
    documents = [write_metadata(account, document) for document in account.documents]
    return reading_of(
        account.client_account_id,
        _answer(payload),
        _answer({"canTradeCrypto": account.can_trade, "settlementMethod": account.settlement}),
        _answer({"documentMetadata": documents}),
    )


def _answer(value: dict[str, Any]) -> BakktAnswer:
    return BakktAnswer(json.dumps(value), NOW - timedelta(seconds=1), value)

"""Builds the past of one seeded account: times, events, links, documents and missing data, from opening to now."""

import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from workbench.sandbox.accounts.documents import DocumentMaker, requirements_of
from workbench.sandbox.accounts.moments import to_milliseconds, write_moment
from workbench.sandbox.accounts.people import PROFILE_BY_LOCALE
from workbench.sandbox.accounts.state import (
    AccountState,
    IssuedLink,
    OwnerPlan,
    PendingStep,
    SandboxEvent,
    record_event,
)
from workbench.sandbox.options import LINK_HOURS


def new_link(rng: random.Random, issued_at: datetime, speed: float) -> IssuedLink:
    expires_at = issued_at + timedelta(hours=LINK_HOURS / speed)
    url = f"https://verify.example.com/s/{uuid.UUID(int=rng.getrandbits(128), version=4)}"
    return IssuedLink(url, to_milliseconds(issued_at), to_milliseconds(expires_at))


def party_event(
    rng: random.Random, client_account_id: str, status: str, reason: str | None, link: IssuedLink | None
) -> dict[str, Any]:
    """Return a party event as in GUIDE.md, sometimes in the FAQ's spelling or with additional fields."""
    body: dict[str, Any] = {
        "requestId": str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        "partnerPartyRef": client_account_id,
        "partnerWebhookType": "PARTY_EVENT",
        "partyStatus": status,
    }
    if reason is not None:
        body["reasonCode"] = reason
    if link is not None:
        expiry_name = "verificationUrlExpiry" if rng.random() < 0.2 else "verificationURLExpiry"
        body["verificationURL"] = link.url
        body[expiry_name] = write_moment(link.expires_at)
    if rng.random() < 0.05:
        body["sequence"] = rng.randrange(10**19, 10**20)
        body["tenant"] = {"name": "practice", "region": None}
    return body


class HistoryBuilder:
    """Builds one account's past, always strictly before now."""

    def __init__(self, account: AccountState, rng: random.Random, now: datetime, speed: float) -> None:
        self.account = account
        self.rng = rng
        self.now = now
        self.speed = speed
        self.link_life = timedelta(hours=LINK_HOURS / speed)
        self.cursor = now
        self.deliveries: list[SandboxEvent] = []

    def open_within(self, youngest_days: float, oldest_days: float) -> None:
        age = timedelta(days=self.rng.uniform(youngest_days, oldest_days))
        self.open_at(self.now - age)

    def open_at(self, moment: datetime) -> None:
        self.cursor = self.account.created_at = self.account.standing_since = to_milliseconds(moment)

    def review_hours(self) -> float:
        is_quick = self.rng.random() < 0.8
        return self.rng.lognormvariate(0.4, 0.9) if is_quick else self.rng.lognormvariate(3.9, 0.6)

    def wait(self, hours: float) -> datetime:
        """Advance the cursor by the hours, but at most by half of the time left until now."""
        self.cursor = to_milliseconds(self.cursor + min(timedelta(hours=hours), (self.now - self.cursor) / 2))
        return self.cursor

    def send_status(self, status: str, reason: str | None, standing: str, link: IssuedLink | None = None) -> None:
        body = party_event(self.rng, self.account.client_account_id, status, reason, link)
        self.send_body(body, standing)

    def send_body(self, body: dict[str, Any], standing: str) -> None:
        sent = record_event(self.account, self.cursor, body)
        self.deliveries.append(sent)
        self.account.enter(standing, self.cursor)
        if self.rng.random() < 0.06:
            again = self.cursor + min(timedelta(minutes=self.rng.uniform(0.1, 300)), (self.now - self.cursor) / 3)
            self.deliveries.append(SandboxEvent(to_milliseconds(again), sent.client_account_id, sent.text))

    def enrol(self, *, can_trade: bool = True) -> None:
        self.send_status("ACTIVE", "ENROLLMENT", "active")
        self.account.cleared_at = self.account.cleared_at or self.cursor
        self.account.can_trade = can_trade
        self.settle_as_active()

    def settle_as_active(self) -> None:
        account, draw = self.account, self.rng.random()
        account.cip_clearance = self.rng.choice(("ACCEPTED", "INDETERMINATE", "PENDING"))
        account.request_status = "COMPLETE" if draw < 0.85 else "ACCEPTED" if draw < 0.95 else "REJECTED"

    def send_verification_link(self) -> IssuedLink:
        """Send an event with a link issued at the cursor."""
        link = new_link(self.rng, self.cursor, self.speed)
        self.account.links.append(link)
        self.cursor = to_milliseconds(self.cursor + min(timedelta(seconds=2), self.link_life / 50))
        self.send_status(self.rng.choice(("UNDER_REVIEW", "SUSPENDED")), "DOCUMENT_VERIFICATION", "verification", link)
        return link

    def schedule(self, hours: float, kind: str, data: str = "") -> None:
        due_at = to_milliseconds(self.now + timedelta(hours=hours / self.speed))
        self.account.pending.append(PendingStep(due_at, kind, data))

    def leave_gaps(self) -> None:
        """Remove some of the fields that migrated accounts were opened without."""
        first_owner = self.account.owners[0]
        choices = [
            ["owners[0].identity.employment.employerAddress"],
            ["owners[0].phoneNumber"],
            [
                "investmentProfile.accountGoals.investmentObjective",
                "investmentProfile.customerProfile.annualIncomeRangeUsd",
            ],
            ["owners[0].identity.employment"],
            ["owners[0].agreements"],
        ]
        if PROFILE_BY_LOCALE[first_owner.locale].country == "USA":
            choices.append(["owners[0].identity.taxId"])
        if self.account.is_entity:
            choices += [["entity.activeWalletAddress"], ["entity.sourceOfCurrency", "entity.entityOfferings"]]
        for paths in self.rng.sample(choices, self.rng.choice((0, 1, 1, 2, 3))):
            self.account.gaps += paths
        if "owners[0].identity.employment" in self.account.gaps:
            self.account.gaps = [path for path in self.account.gaps if not path.endswith("employerAddress")]

    def upload_kyb_documents(self, *, is_complete: bool, is_shown: bool = True) -> None:
        """Upload KYB documents up to the cursor; an incomplete set misses at least one requirement."""
        maker = DocumentMaker(self.account, self.rng, self.now, self.cursor)
        wanted: list[str | OwnerPlan] = [*requirements_of(self.account), *self.account.owners]
        lacking = [] if is_complete else self.rng.sample(wanted, self.rng.randint(1, len(wanted)))
        for item in wanted if is_shown else ():
            if isinstance(item, str):
                (maker.add_none_or_poor_for if item in lacking else maker.add_for)(item)
            else:
                (maker.add_poor_identity if item in lacking else maker.add_identity)(item)
        maker.finish()

    def upload_identity_documents(self) -> None:
        """Upload identity documents for individuals outside the USA, and for some others."""
        maker = DocumentMaker(self.account, self.rng, self.now, self.cursor)
        for owner in self.account.owners:
            is_foreign = PROFILE_BY_LOCALE[owner.locale].country != "USA"
            if is_foreign or self.rng.random() < 0.15:
                (maker.add_identification_card if self.rng.random() < 0.2 else maker.add_identity)(owner)
                if self.rng.random() < 0.2:
                    maker.add_proof_of_address(owner)
        maker.finish()

    def trigger_kyb(self) -> None:
        self.account.kyb_triggered_at = self.cursor
        self.account.enter("kyb_screening", self.cursor)

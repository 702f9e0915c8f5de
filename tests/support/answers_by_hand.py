"""A slow, literal implementation of DESK.md from the seeded facts: the expected results of the queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import TypeVar

from tests.support.facts import NOW, TARGET_HOURS
from tests.support.seeded_accounts import Seeded
from workbench.domain.snapshots import DocumentSnapshot
from workbench.store import AccountReading

FINAL = {"active", "rejected", "liquidated", "closed"}
NOT_SPOKEN = {"submitted", "kyb_documents", "kyb_ready"}
STEPS = {
    "individual": ["opened", "screened", "cleared", "trading"],
    "entity": ["opened", "documented", "screened", "cleared", "trading"],
}


@dataclass
class Reached:
    moment: datetime
    undated: bool = False


def hours(span: timedelta) -> float:
    return span.total_seconds() / 3600


def rounded_up(span: timedelta) -> float:
    """The hours of a span, rounded up to the minute within the first hour and to the hour after it."""
    unit = timedelta(minutes=1) if span <= timedelta(hours=1) else timedelta(hours=1)
    return -(-span // unit) * hours(unit)


def counts_as_identity(document: DocumentSnapshot, day: date) -> bool:
    return document.expires_at is None or document.expires_at.date() >= day


def checklist_by_hand(account: Seeded, read: AccountReading, day: date) -> dict[tuple[str, str | None], bool]:
    """The checklist table of GUIDE.md, row by row, with the descriptions of the seeded documents."""
    documents = [document for document in read.documents if document.client_owner_id is None]
    kinds = {document.document_type for document in documents}
    words = {document.description for document in documents if document.document_type == "ENTITY_DUE_DILIGENCE"}
    lines: dict[tuple[str, str | None], bool] = {
        ("governing_document", None): "By-laws" in words,
        ("managing_person", None): True,
        ("certificate_of_beneficial_owners", None): "CERTIFICATE_OF_BENEFICIAL_OWNERS" in kinds,
    }
    if account.account_type != "ENTITY_PERSONAL_TRUST":
        lines["certificate_of_incorporation", None] = "CERTIFICATE_OF_INCORPORATION" in kinds
        lines["shareholder_registry", None] = "Shareholder registry" in words
        lines["structure_chart", None] = "Organisation chart" in words
    for person in account.owners:
        own = [p for p in read.documents if p.client_owner_id == person.client_owner_id]
        lines["owner_identity", person.client_owner_id] = any(
            p.document_type == "PASSPORT" and counts_as_identity(p, day) for p in own
        )
    return lines


class FunnelAccount:
    """An account as the funnel sees it: when it opened, and when it first reached each step."""

    is_entity: bool
    opened: datetime
    milestones: dict[str, Reached]

    def reached(self, step: str, window: timedelta | None = None) -> bool:
        """Whether the step counts: it and all before it, each within the window or undated."""
        order = STEPS["entity" if self.is_entity else "individual"]
        return all(self._in_time(name, window) for name in order[: order.index(step) + 1])

    def _in_time(self, step: str, window: timedelta | None) -> bool:
        found = self.milestones.get(step)
        if found is None:
            return False
        return found.undated or window is None or found.moment <= self.opened + window

    def undated_in(self, step: str, window: timedelta | None = None) -> bool:
        return self.reached(step, window) and self.milestones[step].undated

    def time_to(self, step: str) -> timedelta:
        return self.milestones[step].moment - self.opened


T = TypeVar("T", bound=FunnelAccount)


class ByHand(FunnelAccount):
    """One account, with everything recomputed from its facts each time."""

    def __init__(self, account: Seeded) -> None:
        self.account = account
        self.id = account.client_account_id
        self.polls = sorted(account.polls, key=lambda read: read.reading.started_at)
        self.events = sorted((event for _, event, _ in account.events), key=lambda event: event.received_at)
        self.starts = sorted(start.started_at for start in account.starts)
        self.is_entity = account.is_entity
        self.times = sorted(
            [*(r.reading.started_at for r in self.polls), *(e.received_at for e in self.events), *self.starts]
        )
        self.opened = min([account.created_at, *self.times]) if self.polls else self.times[0]
        self.journey = self._journey()
        self.standing, self.since, self.undated = self.journey[-1]
        self.milestones = self._milestones()

    def has_documents_at(self, moment: datetime) -> bool:
        read = [r for r in self.polls if r.reading.started_at <= moment]
        return bool(self.is_entity and read) and all(checklist_by_hand(self.account, read[-1], moment.date()).values())

    def standing_at(self, moment: datetime) -> str:
        earlier = [e for e in self.events if e.received_at <= moment]
        if earlier:
            return self._by_event(earlier[-1].party_status, earlier[-1].reason_code)
        read = [r for r in self.polls if r.reading.started_at <= moment]
        if any(r.reading.can_trade_crypto for r in read):
            return "active"
        if read and read[-1].reading.request_status in ("REJECTED", "CANCELLED"):
            return "rejected"
        if not self.is_entity:
            return "submitted"
        if any(start <= moment for start in self.starts):
            return "kyb_screening"
        return "kyb_ready" if self.has_documents_at(moment) else "kyb_documents"

    @staticmethod
    def _by_event(status: str | None, reason: str | None) -> str:
        plain = {"CLOSED": "closed", "LIQUIDATED": "liquidated", "ACTIVE": "active"}
        if status in plain:
            return plain[status]
        if reason == "DOCUMENT_VERIFICATION":
            return "verification"
        if reason in ("RISK_KYC", "RISK_OFAC") and status in ("INACTIVE", "SUSPENDED"):
            return "rejected"
        if status in ("INACTIVE", "SUSPENDED"):
            return "suspended"
        return "under_review" if status == "UNDER_REVIEW" else "unrecognised"

    def _journey(self) -> list[tuple[str, datetime, bool]]:
        rows = [("kyb_documents" if self.is_entity else "submitted", self.opened, False)]
        first_read = self.polls[0].reading.started_at if self.polls else None
        for moment in self.times:
            standing = self.standing_at(moment)
            if standing != rows[-1][0]:
                rows.append((standing, moment, moment == first_read))
        return rows

    def _milestones(self) -> dict[str, Reached]:
        first_read = self.polls[0].reading.started_at if self.polls else None
        events_sent = [Reached(e.received_at) for e in self.events]
        events_sent += [Reached(at, undated) for standing, at, undated in self.journey if standing not in NOT_SPOKEN]
        screened = events_sent + [Reached(start) for start in self.starts if self.is_entity]
        documented = screened + [Reached(at, at == first_read) for at in self.times if self.has_documents_at(at)]
        cleared = [Reached(at, undated) for standing, at, undated in self.journey if standing == "active"]
        trading = [
            Reached(r.reading.started_at, r.reading.started_at == first_read)
            for r in self.polls
            if r.reading.can_trade_crypto
        ]
        found = {"opened": [Reached(self.opened)], "screened": screened, "cleared": cleared, "trading": trading}
        if self.is_entity:
            found["documented"] = documented
        return {step: min(all_of, key=lambda r: (r.moment, r.undated)) for step, all_of in found.items() if all_of}

    @property
    def took_verification(self) -> bool:
        return any(standing == "verification" for standing, _, _ in self.journey)

    @property
    def can_trade(self) -> bool | None:
        return self.polls[-1].reading.can_trade_crypto if self.polls else None

    @property
    def due_at(self) -> datetime | None:
        target = {standing.value: hours for standing, hours in TARGET_HOURS.items()}.get(self.standing)
        return None if target is None else self.since + timedelta(hours=target)

    @property
    def link_expires_at(self) -> datetime | None:
        return max((e.link_expires_at for e in self.events if e.link_expires_at), default=None)

    @property
    def link_state(self) -> str | None:
        if self.standing != "verification":
            return None
        expiry = self.link_expires_at
        if expiry is None:
            return "unknown"
        if expiry <= NOW:
            return "expired"
        return "expiring" if hours(expiry - NOW) < 24 else "live"

    @property
    def expirations_used(self) -> int:
        links = {e.link_url: e for e in self.events if e.link_expires_at}
        return sum(self._used_up(e.link_expires_at, e.received_at) for e in links.values() if e.link_expires_at)

    def _used_up(self, expiry: datetime, told_at: datetime) -> bool:
        if expiry > NOW:
            return False
        before = [standing for standing, at, _ in self.journey if at <= expiry]
        if before and before[-1] == "verification":
            return True
        return expiry <= told_at and "verification" not in before

    @property
    def turn(self) -> str:
        if self.standing == "verification":
            return "customer" if self.link_state in ("live", "expiring") else "us"
        if self.standing == "under_review":
            lacks = self.is_entity and not self.starts and not self.has_documents_at(NOW)
            return "us" if lacks else "bakkt"
        if self.standing in FINAL:
            return "nobody"
        return "bakkt" if self.standing in ("suspended", "kyb_screening", "submitted") else "us"

    @property
    def read_after_event(self) -> timedelta | None:
        """How long after the latest event the latest reading started."""
        read, told = self.polls[-1:], self.events[-1:]
        return read[0].reading.started_at - told[0].received_at if read and told else None

    @property
    def is_restricted_by_event(self) -> bool:
        statuses = {event.party_status for event in self.events[-1:]}
        restricts = bool(statuses & {"SUSPENDED", "INACTIVE", "LIQUIDATED", "CLOSED", "UNDER_REVIEW"})
        later = self.read_after_event
        return bool(self.can_trade) and restricts and later is not None and later > timedelta(0)

    @property
    def contradicts(self) -> bool:
        later = self.read_after_event
        is_late_enough = later is not None and later >= timedelta(hours=1)
        return self.can_trade is False and self.standing == "active" and is_late_enough


def of_path(people: Iterable[T], path: str, since: date | None = None, until: date | None = None) -> list[T]:
    return [
        one
        for one in people
        if one.is_entity is (path == "entity")
        and (since is None or one.opened.date() >= since)
        and (until is None or one.opened.date() < until)
    ]


def interpolated_quantile(values: list[float], share: float) -> float | None:
    """Return a quantile with linear interpolation, as spreadsheets do."""
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def share_or_none(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def funnel_by_hand(cohort: Sequence[FunnelAccount], path: str, window_days: int) -> list[dict[str, object]]:
    window = timedelta(days=window_days)
    mature = {one for one in cohort if one.opened + window <= NOW}
    rows: list[dict[str, object]] = []
    previous: str | None = None
    for ordinal, step in enumerate(STEPS[path], 1):
        reached = [one for one in cohort if one.reached(step, window)]
        dated = [one for one in reached if not one.undated_in(step, window)]
        mature_dated = mature.intersection(dated)
        datable = [one for one in mature if not one.undated_in(step, window)]
        before = [one for one in datable if previous and one.reached(previous, window)]
        spans = [rounded_up(one.time_to(step)) for one in dated]
        rows.append(
            {
                "ordinal": ordinal,
                "step": step,
                "accounts": len(reached),
                "accounts_mature": len(mature_dated),
                "share_of_entered": share_or_none(len(mature_dated), len(datable)),
                "share_of_previous": share_or_none(len(mature_dated), len(before)) if previous else None,
                "median_hours": median(spans) if spans else None,
                "p90_hours": interpolated_quantile(spans, 0.9),
                "undated": len(reached) - len(dated),
                "entered_mature": len(mature),
                "entered_immature": len(cohort) - len(mature),
            }
        )
        previous = step
    return rows


def times_by_hand(cohort: Sequence[FunnelAccount], path: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for step in STEPS[path]:
        datable = [one for one in cohort if not one.undated_in(step)]
        for span in (1, 24, 72, 168):
            old = [one for one in datable if hours(NOW - one.opened) >= span]
            done = [one for one in old if one.reached(step) and hours(one.time_to(step)) <= span]
            rows.append(
                {"step": step, "hours": span, "accounts": len(old), "share_done": share_or_none(len(done), len(old))}
            )
    return rows


def branch_by_hand(cohort: list[ByHand]) -> Counter[str]:
    return Counter(one.standing for one in cohort if one.took_verification)

"""Applying the inbox: each event once, in any order, whatever it contains and whatever the database does meanwhile."""

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.support.deliveries import NOW, party_event, raw
from tests.support.rounds import examples
from tests.support.running import PATIENCE_SECONDS
from tests.support.stores import new_store
from tests.support.tables import select
from workbench.domain.errors import StoreError
from workbench.domain.facts import PartyEvent
from workbench.events import Applier, replay_set_aside
from workbench.events.inbox import Inbox, KeptDelivery
from workbench.events.ingestion import Delivery, ingest, read_delivery
from workbench.store import SetAsideEvent, Source, Store

SOON = PATIENCE_SECONDS
Apply = Callable[[Store, Sequence[KeptDelivery]], None]


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    inbox = Inbox(None)
    yield inbox
    inbox.close()


def keep(inbox: Inbox, *bodies: bytes) -> None:
    for letter in [inbox.keep(body) for body in bodies]:
        letter.result(SOON)


def standings(store: Store) -> dict[str, str]:
    return {row["client_account_id"]: row["standing"] for row in store.read_rows("accounts/standing")}


def whole(store: Store, names: Sequence[str]) -> dict[str, object]:
    """Return everything derived from a history, account by account; ages follow the clock."""
    found: dict[str, object] = {}
    for name in names:
        for question in ("accounts/journey", "accounts/events", "accounts/links"):
            rows = store.read_rows(question, client_account_id=name)
            found[f"{question} {name}"] = [{k: v for k, v in row.items() if "hours" not in k} for row in rows]
        for row in store.read_rows("accounts/one", client_account_id=name):
            found[name] = (row["standing"], row["standing_since"], row["expirations_used"])
    return found


def apply_as_we_do(store: Store, deliveries: Sequence[KeptDelivery]) -> None:
    ingest(store, [read_delivery(kept.received_at, kept.raw) for kept in deliveries])


def link(number: int, ends_at: datetime) -> dict[str, Any]:
    return {
        "partyStatus": "UNDER_REVIEW",
        "reasonCode": "DOCUMENT_VERIFICATION",
        "verificationURL": f"https://verify.example.test/{number}",
        "verificationURLExpiry": ends_at.isoformat(),
    }


# Permutations of a history


NEWS: list[dict[str, Any]] = [
    link(1, NOW + timedelta(hours=1)),
    link(2, NOW + timedelta(hours=3)),
    {"partyStatus": "ACTIVE", "reasonCode": "ENROLLMENT"},
    {"partyStatus": "UNDER_REVIEW", "reasonCode": "PENDING_REVIEW"},
    {"partyStatus": "SUSPENDED", "reasonCode": "COMPLIANCE_LOCKED"},
    {"partyStatus": "A_NEW_STATUS", "reasonCode": None},
    {"partnerWebhookType": "FIAT_EVENT"},
]
moments_of_news = st.tuples(st.integers(0, 5), st.sampled_from("AB"), st.integers(0, 4), st.integers(0, len(NEWS) - 1))
Telling = list[tuple[int, str, int, int]]
"""Hours after NOW, account, request number, news number."""


@st.composite
def two_tellings(draw: st.DrawFn) -> tuple[Telling, list[Telling]]:
    """Draw a history, and the same events in another order, with repeats, in batches."""
    history = draw(st.lists(moments_of_news, min_size=2, max_size=8))
    again = draw(st.permutations(history + draw(st.lists(st.sampled_from(history), max_size=3))))
    cuts = sorted(draw(st.sets(st.integers(0, len(again)), max_size=3)))
    batches = [again[start:end] for start, end in zip([0, *cuts], [*cuts, len(again)], strict=True)]
    return history, [batch for batch in batches if batch]


def deliveries_of(telling: Telling, example: int) -> list[KeptDelivery]:
    """Build deliveries for accounts of this example only, so that one store serves many examples."""
    return [
        KeptDelivery(
            NOW + timedelta(hours=hours),
            raw(party_event(f"r-{example}-{request}", f"{account}-{example}", **NEWS[news])),
        )
        for hours, account, request, news in telling
    ]


def assert_any_telling_ends_alike(apply: Apply, one: Store, other: Store) -> None:
    numbers = count()

    @settings(
        max_examples=examples(30),
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(two_tellings())
    def ends_alike(tellings: tuple[Telling, list[Telling]]) -> None:
        example = next(numbers)
        names = [f"A-{example}", f"B-{example}"]
        history, batches = tellings
        apply(one, deliveries_of(history, example))
        for batch in batches:
            apply(other, deliveries_of(batch, example))
        assert whole(one, names) == whole(other, names)

    ends_alike()


@pytest.fixture
def other_store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


@pytest.mark.slow
def test_every_permutation_of_a_history_ends_in_the_same_journey(store: Store, other_store: Store) -> None:
    assert_any_telling_ends_alike(apply_as_we_do, store, other_store)


def apply_at_the_time_of_applying(store: Store, deliveries: Sequence[KeptDelivery]) -> None:
    """A naive applier: dates an event by when it was applied."""
    before = store.read_rows("data/health")[0]["events"]
    ingest(
        store,
        [read_delivery(NOW + timedelta(seconds=before + number), kept.raw) for number, kept in enumerate(deliveries)],
    )


def apply_the_first_of_an_id(store: Store, deliveries: Sequence[KeptDelivery]) -> None:
    """A naive applier: treats any known id as a repeat, whatever the content."""
    for kept in deliveries:
        known = {row[0] for row in select(store, "select request_id from events")}
        if json.loads(kept.raw)["requestId"] not in known:
            apply_as_we_do(store, [kept])


@pytest.mark.slow
@pytest.mark.parametrize("naive", [apply_at_the_time_of_applying, apply_the_first_of_an_id])
def test_a_naive_way_of_applying_does_not_end_alike(naive: Apply, store: Store, other_store: Store) -> None:
    with pytest.raises(AssertionError):
        assert_any_telling_ends_alike(naive, store, other_store)


# Repeats


def apply_bytes_as_content(store: Store, deliveries: Sequence[KeptDelivery]) -> None:
    """A naive applier: treats differently formatted but equal content as different."""
    for kept in deliveries:
        body = {**json.loads(kept.raw), "written": str(kept.raw)}
        ingest(store, [Delivery(kept.received_at, body)])


def apply_every_one(store: Store, deliveries: Sequence[KeptDelivery]) -> None:
    """A naive applier: treats every delivery as new."""
    for number, kept in enumerate(deliveries):
        ingest(store, [Delivery(kept.received_at, {**json.loads(kept.raw), "number": number})])


def counted_of_repeats(apply: Apply) -> int:
    """Deliver the same event fifty times, half reformatted, then the same id once with other content."""
    event = party_event(amount=1)
    rewritten = json.dumps({**dict(reversed(event.items())), "amount": 1.0}, indent=1).encode()
    fifty = [KeptDelivery(NOW + timedelta(microseconds=n), raw(event) if n % 2 else rewritten) for n in range(50)]
    store = new_store()
    apply(store, [*fifty, KeptDelivery(NOW + timedelta(hours=1), raw({**event, "partyStatus": "CLOSED"}))])
    events: int = store.read_rows("data/health")[0]["events"]
    store.close()
    return events


def test_the_same_id_counts_once_for_each_content() -> None:
    assert counted_of_repeats(apply_as_we_do) == 2


@pytest.mark.parametrize("naive", [apply_the_first_of_an_id, apply_bytes_as_content, apply_every_one])
def test_a_naive_way_of_knowing_repeats_counts_wrong(naive: Apply) -> None:
    assert counted_of_repeats(naive) != 2


def test_fifty_at_once_the_same_count_once_at_the_earliest(tmp_path: Path) -> None:
    store, inbox = new_store(), Inbox(tmp_path / "inbox.sqlite")
    applier = Applier(store, inbox)
    applier.start()
    start = threading.Barrier(50)
    times: list[datetime] = []

    def send() -> None:
        start.wait()
        times.append(inbox.keep(raw(party_event())).result(SOON))

    senders = [threading.Thread(target=send) for _ in range(50)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert applier.catch_up(SOON)
    rows = store.read_rows("accounts/events", client_account_id="A")
    assert [row["received_at"] for row in rows] == [min(times).replace(tzinfo=None)]
    for part in (applier, inbox, store):
        part.close()


# Poison


class Refusing(Store):
    """A store that refuses some events; ``error`` is what it raises, ``refused`` counts the attempts."""

    error: Callable[[], Exception] = partial(ValueError, "no such calendar")
    poison: tuple[str, ...] = ()
    refused = 0

    def land_events(self, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
        if any(event.request_id in self.poison for _, event, _ in events):
            self.refused += 1
            raise self.error()
        return super().land_events(events)

    def count_set_aside(self, event: tuple[str, PartyEvent, str], content_hash: str) -> int:
        if event[1].request_id in self.poison:
            raise self.error()
        return super().count_set_aside(event, content_hash)


@pytest.fixture
def refusing() -> Iterator[Refusing]:
    store = Refusing.in_memory()
    yield store
    store.close()


def five(poison: int = 2) -> list[bytes]:
    return [raw(party_event("poison" if n == poison else f"r-{n}", f"A-{n}")) for n in range(5)]


HEALTHY = {f"A-{n}": "active" for n in (0, 1, 3, 4)}


def test_a_poison_event_is_set_aside_and_delays_nothing(refusing: Refusing, inbox: Inbox) -> None:
    refusing.poison = ("poison",)
    bodies = five()
    keep(inbox, *bodies)
    assert Applier(refusing, inbox).apply_waiting() == 5
    assert standings(refusing) == HEALTHY
    apart = refusing.read_set_aside()
    assert [(one.reason, one.raw) for one in apart] == [("could not be applied (ValueError)", bodies[2])]


def test_a_naive_applier_is_held_up_by_poison(refusing: Refusing, inbox: Inbox) -> None:
    refusing.poison = ("poison",)
    keep(inbox, *five())
    with pytest.raises(ValueError, match="calendar"):
        apply_as_we_do(refusing, inbox.waiting())
    assert standings(refusing) != HEALTHY


def test_poison_that_looks_like_a_failing_database_is_set_aside_after_three_tries(
    refusing: Refusing, inbox: Inbox
) -> None:
    refusing.poison, refusing.error = ("poison",), partial(StoreError, "The database is damaged.")
    keep(inbox, *five(poison=0))
    applier = Applier(refusing, inbox)
    assert applier.apply_waiting() == 4
    assert applier.problem is not None
    assert set(standings(refusing)) == {f"A-{n}" for n in (1, 2, 3, 4)}
    assert [applier.apply_waiting(), applier.apply_waiting()] == [0, 1]
    assert applier.problem is None
    assert [one.reason for one in refusing.read_set_aside()] == ["could not be applied (StoreError)"]


@pytest.mark.slow
def test_poison_counts_at_its_own_time_once_the_code_is_better(refusing: Refusing, inbox: Inbox) -> None:
    refusing.poison = ("poison",)
    keep(inbox, *five())
    received_at = inbox.waiting()[2].received_at
    Applier(refusing, inbox).apply_waiting()
    assert replay_set_aside(refusing).still_set_aside == 1
    refusing.poison = ()
    done = replay_set_aside(refusing)
    assert (done.counted, done.repeated, done.still_set_aside) == (1, 0, 0)
    rows = refusing.read_rows("accounts/events", client_account_id="A-2")
    assert [row["received_at"] for row in rows] == [received_at.replace(tzinfo=None)]
    assert refusing.read_set_aside() == []
    assert replay_set_aside(refusing).still_set_aside == 0


# What is not a party event


SET_ASIDE: dict[str, tuple[bytes, str]] = {
    "another type": (raw({**party_event(), "partnerWebhookType": "FIAT_EVENT"}), "not a party event"),
    "a link of a bank account": (raw({"partnerWebhookType": "BANK_ACCOUNT_LINK"}), "not a party event"),
    "no id": (raw({"partnerWebhookType": "PARTY_EVENT"}), "no requestId and no partnerPartyRef"),
    "a list": (raw([party_event()]), "not a JSON object"),
    "nothing": (b"", "not readable: it is not JSON"),
    "half an object": (raw(party_event())[:-1], "not readable: it is not JSON"),
    "two objects": (raw(party_event()) * 2, "not readable: it is not JSON"),
    "a form": (b"a=1&b=2", "not readable: it is not JSON"),
    "not UTF-8": (b'{"requestId": "\xff"}', "not readable: it is not UTF-8"),
    "UTF-16": (json.dumps(party_event()).encode("utf-16"), "not readable: it is not UTF-8"),
    "a member twice": (
        b'{"requestId": "r-1", "requestId": "r-2"}',
        "not readable: an object in it has the same key twice",
    ),
    "a depth bomb": (b"[" * 100_000 + b"]" * 100_000, "not readable: it is nested too deeply"),
    "a depth bomb of objects": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "not readable: it is nested too deeply"),
    "half a surrogate": (rb'{"requestId": "\ud800"}', "not readable: it contains text that is not Unicode"),
    "not a number": (b'{"x": NaN}', "not readable: NaN is not a JSON number"),
    "an endless number": (b'{"x": ' + b"9" * 200_000 + b"}", "not readable: it is not JSON"),
    "a number beyond all": (b'{"x": 1e99999999999999999999}', "not readable: it is not JSON"),
}


@pytest.mark.parametrize("kind", SET_ASIDE)
def test_what_cannot_be_counted_is_set_aside_byte_by_byte(store: Store, inbox: Inbox, kind: str) -> None:
    body, reason = SET_ASIDE[kind]
    keep(inbox, body, raw(party_event()), body)
    received_at = inbox.waiting()[0].received_at
    Applier(store, inbox).apply_waiting()
    assert standings(store) == {"A": "active"}
    apart = store.read_set_aside()
    assert [(one.received_at, one.reason, one.raw) for one in apart] == [(received_at, reason, body)]
    assert replay_set_aside(store).still_set_aside == 1
    assert store.read_set_aside() == apart


def test_a_byte_order_mark_is_no_content(store: Store, inbox: Inbox) -> None:
    keep(inbox, raw(party_event()), b"\xef\xbb\xbf" + raw(party_event()))
    Applier(store, inbox).apply_waiting()
    assert store.read_rows("data/health")[0]["events"] == 1


def test_what_the_code_of_before_set_aside_is_counted_once_it_can_be(store: Store) -> None:
    """Four deliveries: one that counts now, one that counted since, one from an archive, and one that never will."""
    bodies = [raw(party_event(f"r-{n}", f"A-{n}")) for n in range(3)]
    store.land_set_aside(
        [
            SetAsideEvent(NOW, "of an older code", "h-0", None, bodies[0]),
            SetAsideEvent(NOW, "of an older code", "h-1", None, bodies[1]),
            SetAsideEvent(NOW, "of an older code", "h-2", bodies[2].decode()),
            SetAsideEvent(NOW, "not JSON", "h-3", None, b"{"),
        ]
    )
    ingest(store, [read_delivery(NOW + timedelta(hours=1), bodies[1])])
    done = replay_set_aside(store)
    assert (done.counted, done.repeated, done.still_set_aside) == (2, 1, 1)
    assert [one.content_hash for one in store.read_set_aside()] == ["h-3"]
    earliest = store.read_rows("accounts/events", client_account_id="A-1")
    assert [row["received_at"] for row in earliest] == [NOW.replace(tzinfo=None)]


def test_many_that_were_set_aside_are_all_tried(store: Store) -> None:
    """More than one batch, with many at the same time."""
    store.land_set_aside([SetAsideEvent(NOW, "x", f"h-{n}", None, raw(party_event(f"r-{n}"))) for n in range(7)])
    assert replay_set_aside(store, at_once=3).counted == 7
    assert store.read_set_aside() == []


def test_packed_deliveries_that_were_set_aside_are_counted_when_tried_again(store: Store) -> None:
    """Older code kept them as they were sent."""
    aside = SetAsideEvent(
        NOW, "not readable: it is not UTF-8", "h", None, gzip.compress(raw(party_event("r-1", "A-1")))
    )
    cut = SetAsideEvent(NOW, "not readable: it is not UTF-8", "c", None, gzip.compress(raw(party_event("r-2")))[:-9])
    store.land_set_aside([aside, cut])
    done = replay_set_aside(store)
    assert (done.counted, done.still_set_aside) == (1, 1)
    assert store.read_rows("accounts/events", client_account_id="A-1")[0]["request_id"] == "r-1"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
moments = st.datetimes().map(lambda at: at.isoformat() + "Z") | st.sampled_from(
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"]
)
MEMBERS = ("requestId", "partnerPartyRef", "partyStatus", "reasonCode", "verificationURL", "verificationUrlExpiry")


@settings(
    max_examples=examples(40),
    deadline=None,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(
    st.dictionaries(st.sampled_from(MEMBERS), anything, max_size=4),
    moments | anything,
    st.sampled_from(["DOCUMENT_VERIFICATION", "OTHER"]),
)
def test_whatever_a_party_event_says_it_is_applied(
    store: Store, inbox: Inbox, members: dict[str, Any], expiry: object, reason: str
) -> None:
    event = party_event(reasonCode=reason, verificationURL="https://v.example", verificationURLExpiry=expiry)
    keep(inbox, json.dumps({**event, **members}).encode())
    assert Applier(store, inbox).apply_waiting() == 1
    assert not [one.reason for one in store.read_set_aside() if one.reason.startswith("could not be applied")]
    assert standings(store) is not None


# The applier itself


class Unlandable(Store):
    """A store that fails until it is repaired."""

    is_failing = True

    def land_events(self, events: Sequence[tuple[str, PartyEvent, str]]) -> int:
        self._fail()
        return super().land_events(events)

    def land_set_aside(self, events: Sequence[SetAsideEvent]) -> int:
        self._fail()
        return super().land_set_aside(events)

    def _fail(self) -> None:
        if self.is_failing:
            raise StoreError("The disk is full: the last change was not saved, everything before it was.")


def test_while_the_database_fails_everything_waits_and_is_applied_when_it_works_again(inbox: Inbox) -> None:
    store = Unlandable.in_memory()
    bodies = [*five(poison=9), b"not JSON"]
    keep(inbox, *bodies)
    applier = Applier(store, inbox)
    assert [applier.apply_waiting() for _ in range(5)] == [0] * 5
    assert applier.problem is not None
    assert "disk is full" in applier.problem.message
    assert inbox.backlog().waiting == 6
    store.is_failing = False
    assert applier.apply_waiting() == 6
    assert applier.problem is None
    assert standings(store) == {f"A-{n}": "active" for n in range(5)}
    assert len(store.read_set_aside()) == 1
    store.close()


@pytest.mark.slow
def test_the_thread_takes_up_again_by_itself_when_the_database_works(inbox: Inbox) -> None:
    store = Unlandable.in_memory()
    applier = Applier(store, inbox)
    applier.start()
    keep(inbox, *five(poison=9))
    assert not applier.catch_up(0.2)
    store.is_failing = False
    assert applier.catch_up(SOON)
    assert len(standings(store)) == 5
    applier.close()
    store.close()


def test_whoever_listens_hears_of_every_account_and_cannot_stop_the_events(store: Store, inbox: Inbox) -> None:
    heard: list[tuple[tuple[str, ...], int]] = []

    def listen(client_account_ids: Sequence[str], counted: int) -> None:
        heard.append((tuple(client_account_ids), counted))
        raise ValueError("the listener fails")

    applier = Applier(store, inbox, listen)
    keep(inbox, raw(party_event("r-1", "A")), raw(party_event("r-2", "B")), raw(party_event("r-1", "A")), b"{")
    assert applier.apply_waiting() == 4
    keep(inbox, raw(party_event("r-2", "B")))
    assert applier.apply_waiting() == 1
    assert heard == [(("A", "B"), 2), (("B",), 0)]
    assert len(standings(store)) == 2


@pytest.mark.slow
def test_what_was_landed_and_not_forgotten_counts_once_after_a_restart(tmp_path: Path, source: Source) -> None:
    path, inbox = tmp_path / "desk.duckdb", Inbox(tmp_path / "desk.inbox.sqlite")
    keep(inbox, *five(poison=9))
    store = Store.open(path, source)
    apply_as_we_do(store, inbox.waiting())
    before = whole(store, [f"A-{n}" for n in range(5)])
    store.close()
    store = Store.open(path, source)
    assert Applier(store, inbox).apply_waiting() == 5
    assert whole(store, [f"A-{n}" for n in range(5)]) == before
    assert inbox.backlog().waiting == 0
    inbox.close()
    store.close()


def test_an_applier_that_is_closed_leaves_the_rest_in_the_inbox(store: Store, inbox: Inbox) -> None:
    applier = Applier(store, inbox)
    applier.start()
    applier.close()
    keep(inbox, raw(party_event()))
    assert inbox.backlog().waiting == 1


def test_nothing_that_a_delivery_says_is_logged(
    refusing: Refusing, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    refusing.poison = ("poison",)
    keep(inbox, raw(party_event("poison", name="Orla")), b'{"secret": "Orla')
    Applier(refusing, inbox).apply_waiting()
    assert "could not be applied" in caplog.text
    assert "Orla" not in caplog.text
    assert "Orla" not in " ".join(one.reason for one in refusing.read_set_aside())

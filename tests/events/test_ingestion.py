"""Party events: stored whatever they contain, counted once, applied in order of receipt."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support.stores import new_store
from tests.support.tables import select_one
from workbench.domain.errors import InputError
from workbench.events import ReplayReport, ingest, replay_events
from workbench.events.ingestion import Delivery
from workbench.store import Store

RECEIVED = "2026-11-01T09:00:00Z"
EVENT = {
    "requestId": "r-1",
    "partnerPartyRef": "A",
    "partnerWebhookType": "PARTY_EVENT",
    "partyStatus": "ACTIVE",
    "reasonCode": "ENROLLMENT",
}
VERIFY = {
    **EVENT,
    "partyStatus": "UNDER_REVIEW",
    "reasonCode": "DOCUMENT_VERIFICATION",
    "verificationURL": "https://v.example/1",
}


@pytest.fixture
def store() -> Iterator[Store]:
    store = new_store()
    yield store
    store.close()


def line(body: object, received_at: object = RECEIVED) -> bytes:
    return json.dumps({"received_at": received_at, "body": body}).encode()


def with_number(number: str, request_id: str = "r-1") -> bytes:
    """Return a line whose body has a number that Python would format differently."""
    return line({**EVENT, "requestId": request_id, "x": 0}).replace(b'"x": 0', f'"x": {number}'.encode())


def counts(report: ReplayReport) -> tuple[int, int, int, int]:
    return report.counted, report.repeated, report.set_aside, len(report.unreadable)


def standings(store: Store) -> dict[str, str]:
    return {row["client_account_id"]: row["standing"] for row in store.read_rows("accounts/standing")}


def events_of(store: Store, name: str = "A") -> list[dict[str, Any]]:
    return store.read_rows("accounts/events", client_account_id=name)


def test_a_repeat_counts_once_at_its_earliest_receipt(store: Store) -> None:
    report = replay_events(
        store, [line(EVENT, "2026-11-02T09:00:00Z"), line(EVENT), line(EVENT, "2026-11-03T09:00:00Z")]
    )
    assert counts(report) == (1, 2, 0, 0)
    assert [row["received_at"] for row in events_of(store)] == [datetime(2026, 11, 1, 9)]  # noqa: DTZ001 -- as queries give it


def test_replaying_an_archive_again_changes_nothing(store: Store) -> None:
    lines = [line(EVENT), line({**EVENT, "requestId": "r-2", "partyStatus": "CLOSED"}, "2026-11-05T00:00:00Z")]
    replay_events(store, lines)
    before = store.read_rows("accounts/journey", client_account_id="A")
    assert counts(replay_events(store, lines)) == (0, 2, 0, 0)
    assert store.read_rows("accounts/journey", client_account_id="A") == before


def test_the_order_of_members_does_not_make_another_event(store: Store) -> None:
    report = replay_events(store, [line(EVENT), line(dict(reversed(EVENT.items())))])
    assert counts(report) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"partyStatus": "ACTIVE"}, {"partyStatus": "CLOSED"}),
        ({"x": 1.5}, {"x": "1.5"}),
        ({"x": None}, {"x": "None"}),
        ({"x": True}, {"x": 1}),
        ({"x": {}}, {"x": []}),
        ({}, {"x": None}),
    ],
)
def test_the_same_id_with_other_content_is_another_event(
    store: Store, one: dict[str, object], other: dict[str, object]
) -> None:
    report = replay_events(store, [line({**EVENT, **one}), line({**EVENT, **other}, "2026-11-02T00:00:00Z")])
    assert counts(report) == (2, 0, 0, 0)
    assert len(events_of(store)) == 2


@pytest.mark.slow
def test_any_order_of_the_lines_gives_the_same_desk() -> None:
    story = [
        line(VERIFY | {"verificationURLExpiry": "2026-10-04T00:00:00Z"}, "2026-10-01T00:00:00Z"),
        line(
            VERIFY
            | {
                "requestId": "r-2",
                "verificationURL": "https://v.example/2",
                "verificationUrlExpiry": "2026-10-09T00:00:00Z",
            },
            "2026-10-06T00:00:00Z",
        ),
        line(
            EVENT | {"requestId": "r-3", "reasonCode": "PENDING_REVIEW", "partyStatus": "UNDER_REVIEW"},
            "2026-10-10T00:00:00Z",
        ),
        line(EVENT | {"requestId": "r-4"}, "2026-10-11T00:00:00Z"),
        line(EVENT | {"requestId": "r-4"}, "2026-10-12T00:00:00Z"),
        line(EVENT | {"requestId": "r-5", "partnerPartyRef": "B"}, "2026-10-12T00:00:00Z"),
        line(EVENT | {"requestId": "r-6", "partnerPartyRef": "B", "partyStatus": "SUSPENDED"}, "2026-10-12T00:00:00Z"),
    ]
    desks = [desk_of(random.Random(number).sample(story, len(story))) for number in range(4)]
    assert desks[0]["journey"]
    assert all(desk == desks[0] for desk in desks)


def desk_of(lines: list[bytes]) -> dict[str, object]:
    store = new_store()
    for each in lines:
        replay_events(store, [each])
    found: dict[str, object] = {
        "journey": store.read_rows("accounts/journey", client_account_id="A"),
        "links": [row["expires_at"] for row in store.read_rows("accounts/links", client_account_id="A")],
        "one": [
            (row["standing"], row["expirations_used"]) for row in store.read_rows("accounts/one", client_account_id="A")
        ],
        "other": store.read_rows("accounts/journey", client_account_id="B"),
        "events": events_of(store),
    }
    store.close()
    return found


def test_unknown_statuses_reasons_and_fields_are_kept_and_counted(store: Store) -> None:
    body = {**EVENT, "partyStatus": "FROZEN_2030", "reasonCode": "A new reason", "extra": {"deep": [1, None, "é"]}}
    assert counts(replay_events(store, [line(body)])) == (1, 0, 0, 0)
    assert standings(store) == {"A": "unrecognised"}
    row = events_of(store)[0]
    assert (row["party_status"], row["reason_code"]) == ("FROZEN_2030", "A new reason")
    (kept,) = select_one(store, "select body from events")
    assert json.loads(kept) == body


@pytest.mark.parametrize(
    "change", [{"partyStatus": None}, {"partyStatus": 5}, {"reasonCode": None}, {"reasonCode": []}]
)
def test_a_status_or_reason_of_the_wrong_kind_is_no_reason_to_refuse(store: Store, change: dict[str, object]) -> None:
    assert counts(replay_events(store, [line({**EVENT, **change})])) == (1, 0, 0, 0)


@pytest.mark.parametrize("spelling", ["verificationURLExpiry", "verificationUrlExpiry"])
def test_both_spellings_of_the_expiry_are_read(store: Store, spelling: str) -> None:
    replay_events(store, [line({**VERIFY, spelling: "2026-11-04T09:00:00+00:00"})])
    row = store.read_rows("verification/backlog")[0]
    assert row["link_expires_at"] == datetime(2026, 11, 4, 9)  # noqa: DTZ001 -- as queries give it
    assert (row["link_state"], row["expirations_used"]) == ("expired", 1)


@pytest.mark.parametrize(
    "expiry",
    [
        "2026-11-04T09:00:00Z",
        " 2026-11-04T09:00:00.000+00:00 ",
        "2026-11-04T10:00:00+01:00[Europe/Zurich]",
        "2026-11-04T09:00:00Z[UTC]",
        "2026-11-04 09:00:00 UTC",
        "2026-11-04 09:00:00.000 GMT",
        "2026-11-04T09:00:00 Z",
        "2026-11-04 10:00:00 +0100",
        "2026-11-04T09:00:00,000",
        "2026/11/04 09:00:00",
        "20261104T090000Z",
        "20261104090000",
        "Wed, 04 Nov 2026 09:00:00 GMT",
        "Wed, 4 Nov 2026 04:00:00 -0500",
        "Wed Nov 04 09:00:00 UTC 2026",
        "Wed Nov 04 2026 10:00:00 GMT+0100 (Central European Standard Time)",
        "Nov 4, 2026 9:00:00 AM",
        "Nov 4, 2026, 9:00:00\u202fAM",
        "11/4/2026 9:00:00 AM",
        "/Date(1793782800000)/",
        1_793_782_800,
        1_793_782_800_000,
        1_793_782_800_000_000,
        1_793_782_800.0,
        "1793782800",
        "1793782800000",
        "1793782800.000000000",
        [2026, 11, 4, 9, 0],
        [2026, 11, 4, 9, 0, 0, 0],
        {"$date": "2026-11-04T09:00:00Z"},
        {"seconds": 1_793_782_800, "nanos": 0},
        {"epochSecond": 1_793_782_800, "nano": 0},
    ],
)
def test_an_expiry_is_read_in_every_usual_spelling(store: Store, expiry: object) -> None:
    replay_events(store, [line({**VERIFY, "verificationURLExpiry": expiry})])
    (link,) = store.read_rows("accounts/links", client_account_id="A")
    assert (link["expires_at"], link["is_expiry_assumed"]) == (datetime(2026, 11, 4, 9), False)  # noqa: DTZ001


UNREADABLE_EXPIRIES = [
    *("soon", None, "", {"at": "2026-11-04"}, 72, 259_200, "72 hours", True, [], [2026, 13, 1], "31/12/2026 09:00:00"),
    *("9999-12-31T23:59:59-14:00", 10**30, -1),
]


@pytest.mark.many_cases
@pytest.mark.parametrize("expiry", UNREADABLE_EXPIRIES)
def test_a_link_without_an_expiry_that_can_be_read_is_still_a_link(store: Store, expiry: object) -> None:
    """It was received on the morning of 1 November; 72 hours later is over."""
    replay_events(store, [line({**VERIFY, "verificationURLExpiry": expiry})])
    row = store.read_rows("verification/backlog")[0]
    assert row["link_expires_at"] == datetime(2026, 11, 4, 9)  # noqa: DTZ001 -- as queries give it
    assert (row["link_state"], row["expirations_used"]) == ("expired", 1)
    account = store.read_rows("accounts/one", client_account_id="A")[0]
    assert (account["link_url"], account["is_expiry_assumed"]) == (VERIFY["verificationURL"], True)
    entry = next(row for row in store.read_rows("accounts/timeline", client_account_id="A") if row["kind"] == "event")
    assert entry["outcome"] == "link without an expiry that can be read"


def test_a_link_whose_expiry_is_missing_altogether_is_still_a_link(store: Store) -> None:
    without = {name: value for name, value in VERIFY.items() if "Expiry" not in name}
    replay_events(store, [line(without)])
    assert store.read_rows("accounts/links", client_account_id="A")[0]["is_expiry_assumed"]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
@pytest.mark.parametrize("one_by_one", [True, False])
def test_an_expiry_that_bakkt_gives_counts_before_an_assumed_one(
    store: Store, order: tuple[int, ...], *, one_by_one: bool
) -> None:
    told = [None, "2026-11-03T09:00:00Z", "soon"]
    times = [f"2026-11-01T{hour:02}:00:00Z" for hour in (9, 10, 11)]
    bodies = [{**VERIFY, "requestId": f"r-{n}", "verificationURLExpiry": told[n]} for n in range(3)]
    lines = [line(bodies[n], times[n]) for n in order]
    for part in [[one] for one in lines] if one_by_one else [lines]:
        replay_events(store, part)
    (link,) = store.read_rows("accounts/links", client_account_id="A")
    assert (link["expires_at"], link["is_expiry_assumed"]) == (datetime(2026, 11, 3, 9), False)  # noqa: DTZ001


def test_a_link_that_is_told_again_without_an_expiry_keeps_its_assumed_end(store: Store) -> None:
    for hour in (9, 15):
        body = {**VERIFY, "requestId": f"r-{hour}", "verificationURLExpiry": "soon"}
        replay_events(store, [line(body, f"2026-11-01T{hour:02}:00:00Z")])
    (link,) = store.read_rows("accounts/links", client_account_id="A")
    assert (link["expires_at"], link["is_expiry_assumed"]) == (datetime(2026, 11, 4, 9), True)  # noqa: DTZ001


@pytest.mark.parametrize(
    "body",
    [
        {**EVENT, "partnerWebhookType": "TRADE_EVENT"},
        {**EVENT, "partnerWebhookType": None},
        {name: value for name, value in EVENT.items() if name != "requestId"},
        {**EVENT, "partnerPartyRef": ""},
        {},
        [EVENT],
        "text",
        7,
        None,
    ],
    ids=str,
)
def test_what_is_not_a_party_event_is_set_aside_with_a_reason(store: Store, body: object) -> None:
    assert counts(replay_events(store, [line(body)])) == (0, 0, 1, 0)
    assert standings(store) == {}
    assert store.read_rows("data/health")[0]["events_set_aside"] == 1


MALFORMED = {
    "half an object": b'{"received_at": "2026-11-01T09:00:00Z", "body": {',
    "no object": b"[]",
    "text": b"hello",
    "no body": b'{"received_at": "2026-11-01T09:00:00Z"}',
    "no time": line(EVENT, None),
    "a time in words": line(EVENT, "yesterday"),
    "a number for a time": line(EVENT, 1_700_000_000),
    "a month too many": line(EVENT, "2026-13-01T00:00:00Z"),
    "not UTF-8": b"\xff\xfe\x00",
    "half a surrogate": line({**EVENT, "x": "\ud800"}),
    "nested absurdly": b'{"received_at": "2026-11-01T09:00:00Z", "body": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "not a number": with_number("NaN"),
    "an endless number": with_number("9" * 10_000),
    "a number beyond all": with_number("1e99999999999999999999"),
    "a member twice": b'{"received_at": "2026-11-01T09:00:00Z", "body": {"a": 1, "a": 2}}',
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_line_is_reported_with_its_number_and_stops_nothing(store: Store, kind: str) -> None:
    lines = [line(EVENT), b"", MALFORMED[kind], line({**EVENT, "requestId": "r-2", "partnerPartyRef": "B"})]
    report = replay_events(store, lines)
    assert [one.number for one in report.unreadable] == [3]
    assert report.unreadable[0].reason
    assert counts(report) == (2, 0, 0, 1)
    assert standings(store) == {"A": "active", "B": "active"}


@pytest.mark.parametrize("number", ["9" * 4000, "1e400", "1.10", "123456789012345678901234567890"])
def test_great_numbers_are_kept_as_they_are(store: Store, number: str) -> None:
    assert counts(replay_events(store, [with_number(number)])) == (1, 0, 0, 0)
    (kept,) = select_one(store, "select body from events")
    assert number.upper().replace("E", "E+") in kept or number in kept


def test_a_file_that_is_no_archive_is_refused(store: Store) -> None:
    for content in ([b"\x89PNG\r\n", b"\x1a\n"], [b"clientAccountId\n", b"A\n"], [json.dumps([EVENT]).encode()]):
        with pytest.raises(InputError, match="Line 1"):
            replay_events(store, content)
    assert store.read_rows("data/health")[0]["events"] == 0


def test_an_empty_archive_is_nothing_new(store: Store) -> None:
    assert counts(replay_events(store, [])) == (0, 0, 0, 0)
    assert counts(replay_events(store, [b"\n", b"  \n"])) == (0, 0, 0, 0)


@pytest.mark.parametrize("written", [" A", "A ", "\tA\n", "\u00a0A\u2003"])
def test_ids_are_compared_without_blanks_around_them(store: Store, written: str) -> None:
    replay_events(store, [line(EVENT), line({**EVENT, "partnerPartyRef": written, "requestId": " r-2 "})])
    assert standings(store) == {"A": "active"}
    assert {row["request_id"] for row in events_of(store)} == {"r-1", "r-2"}


@pytest.mark.parametrize("name", ["partnerPartyRef", "requestId"])
def test_an_id_of_blanks_alone_is_none(store: Store, name: str) -> None:
    assert counts(replay_events(store, [line({**EVENT, name: " \u00a0"})])) == (0, 0, 1, 0)


def test_a_byte_order_mark_and_windows_line_ends_are_no_content(store: Store) -> None:
    lines = [b"\xef\xbb\xbf" + line(EVENT) + b"\r\n", line(EVENT) + b"\r\n"]
    assert counts(replay_events(store, lines)) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("received_at", "utc"),
    [
        ("2026-11-01T09:00:00Z", "2026-11-01T09:00:00"),
        ("2026-11-01T09:00:00+02:00", "2026-11-01T07:00:00"),
        ("2026-11-01T09:00:00", "2026-11-01T09:00:00"),
        ("2026-11-01T09:00:00.123456Z", "2026-11-01T09:00:00.123456"),
        ("2026-11-01", "2026-11-01T00:00:00"),
    ],
)
def test_times_of_receipt_are_kept_in_utc(store: Store, received_at: str, utc: str) -> None:
    replay_events(store, [line(EVENT, received_at)])
    assert events_of(store)[0]["received_at"].isoformat() == utc


def test_an_account_that_only_an_event_knows_is_registered_and_due(store: Store) -> None:
    replay_events(store, [line({**EVENT, "partnerPartyRef": "ACC 1/é"})])
    assert [row["client_account_id"] for row in store.read_rows("sync/due")] == ["ACC 1/é"]
    assert standings(store) == {"ACC 1/é": "active"}
    assert store.read_rows("accounts/registration", client_account_id="ACC 1/é")[0]["origin"] == "event"


@pytest.mark.parametrize("name", ["L" * 6001, "é" * 1001], ids=["long", "long once it is quoted"])
def test_an_id_that_no_path_can_carry_is_nobodys_and_is_set_aside(store: Store, name: str) -> None:
    assert counts(replay_events(store, [line({**EVENT, "partnerPartyRef": name})])) == (0, 0, 1, 0)
    assert store.read_rows("events/set_aside")[0]["reason"] == "partnerPartyRef is not a valid account id"
    assert store.read_rows("sync/due") == []


@pytest.mark.slow
def test_a_long_archive_is_taken_in_whole(store: Store) -> None:
    lines = (line({**EVENT, "requestId": f"r-{n}", "partnerPartyRef": f"A-{n % 50}"}) for n in range(4500))
    assert counts(replay_events(store, lines)) == (4500, 0, 0, 0)
    assert len(standings(store)) == 50


def test_one_delivery_is_kept_and_applied_at_once(store: Store) -> None:
    now = datetime.now(UTC)
    taken = ingest(store, [Delivery(now, EVENT)])
    assert (taken.counted, taken.repeated, taken.set_aside) == (1, 0, 0)
    assert standings(store) == {"A": "active"}
    assert ingest(store, [Delivery(now, EVENT)]).repeated == 1


def test_no_report_quotes_what_a_line_said(store: Store) -> None:
    report = replay_events(
        store, [line(EVENT), b'{"secret": "Orla O\'Brien", oops', line({"body": 1}, "https://v.example/s")]
    )
    assert "Orla" not in str(report)
    assert "v.example" not in str(report)

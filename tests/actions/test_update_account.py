"""An update changes only the edited values at Bakkt, once, and stores none of the customer's values."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.rounds import examples
from tests.support.settling import settle_unknown
from tests.support.update_bodies import edited, mutated
from tests.support.update_harness import CITY, TODAY, UpdateHarness
from workbench.actions.settling.read_back import ReadBackMatch, UpdateReader, match_read_back
from workbench.actions.update_account import Acknowledgements, plan_update
from workbench.bakkt.errors import BakktUnreachable, BakktUnreadable
from workbench.domain.updates import ABSENT, apply_edits, value_at
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.paths import is_same, path_of
from workbench.domain.updates.sections import content_of
from workbench.domain.vocabulary import ActionKind, Outcome

PHONE = "owners[0].phoneNumber"


@pytest.fixture
def bench() -> Iterator[UpdateHarness]:
    made = UpdateHarness()
    yield made
    made.close()


@pytest.fixture
def name(bench: UpdateHarness) -> str:
    return bench.individual()


def city(request: dict[str, Any]) -> Any:
    return value_at(request, path_of(CITY))


def test_an_edited_address_is_all_that_changes_at_bakkt(bench: UpdateHarness, name: str) -> None:
    before = bench.request(name)
    attempt = bench.change(name, reason="She moved")
    after = bench.request(name)
    assert attempt.receipt.outcome is Outcome.ACCEPTED
    assert city(after) == "Springfield"
    assert is_same(apply_edits(after, {path_of(CITY): city(before)}), before)
    assert bench.posts() == 1


def test_the_log_names_the_fields_and_holds_no_value(bench: UpdateHarness, name: str) -> None:
    bench.change(name, reason="She moved")
    row = bench.log(name)[0]
    assert (row["actor"], row["kind"], row["outcome"], row["reason"]) == (
        "Ann",
        "update_account",
        "accepted",
        "She moved",
    )
    assert row["changed_fields"] == CITY
    assert "Springfield" not in bench.action_tables()


def test_unknown_fields_big_numbers_and_nulls_survive_the_round_trip(bench: UpdateHarness, name: str) -> None:
    strange = bench.request(name)
    strange |= {"xBig": 2**90, "xTags": ["b", None, {"z": None, "a": 0.1}], "x.y[0]": {"": []}, "xNull": None}
    strange["owners"][0]["identity"]["xScore"] = Decimal("1E+20")
    bench.overwrite(strange)
    strange = bench.request(name)
    assert (strange["xBig"], strange["owners"][0]["identity"]["xScore"]) == (2**90, Decimal("1E+20"))
    assert bench.change(name).receipt.outcome is Outcome.ACCEPTED
    after = bench.request(name)
    assert is_same(apply_edits(after, {path_of(CITY): city(strange)}), strange)


@pytest.mark.slow
@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_payload_with_any_edit_survives_the_wire(
    wire: "UpdateHarness", originals: list[dict[str, Any]], data: st.DataObject
) -> None:
    original = data.draw(st.sampled_from(originals))
    wire.reset(original)
    wire.overwrite(data.draw(mutated([original])))
    held = wire.read(original["clientAccountId"])
    reading = read_form(content_of(data.draw(edited(dict(held.request)))), TODAY)
    plan = plan_update(held, reading.edits, Acknowledgements(TODAY, TODAY), TODAY)
    assert plan.review.dropped == ()
    attempt = wire.change(held.client_account_id, held, reading.edits, acknowledgements=Acknowledgements(TODAY, TODAY))
    after = wire.request(held.client_account_id)
    expected = plan.outgoing if attempt.receipt.outcome is Outcome.ACCEPTED else held.request
    assert is_same(after, dict(expected))


@pytest.fixture(scope="module")
def wire() -> Iterator[UpdateHarness]:
    made = UpdateHarness()
    yield made
    made.close()


@pytest.fixture(scope="module")
def originals(wire: UpdateHarness) -> list[dict[str, Any]]:
    return wire.copies()


# blockers


def test_a_copy_that_changed_since_it_was_read_stops_the_update(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    bench.move(name)
    posts = bench.posts()
    attempt = bench.change(name, held)
    assert attempt.receipt.outcome is Outcome.NOT_SENT
    assert "has changed at Bakkt" in attempt.receipt.words
    assert attempt.bakkt_now is not None
    assert city(dict(attempt.bakkt_now.request)) == "Elsewhere"
    assert bench.posts() == posts
    assert "Elsewhere" not in bench.action_tables()
    assert bench.change(name, attempt.bakkt_now).receipt.outcome is Outcome.ACCEPTED


def test_even_a_changed_order_of_unknown_fields_stops_the_update(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    bench.overwrite(dict(reversed(bench.request(name).items())))
    attempt = bench.change(name, held)
    assert (attempt.receipt.outcome, attempt.bakkt_now is not None) == (Outcome.NOT_SENT, True)


def test_an_account_closed_meanwhile_is_told_and_nothing_is_sent(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    bench.tell(name, {"partyStatus": "CLOSED", "reasonCode": "CLOSED"})
    receipt = bench.change(name, held).receipt
    assert receipt.record is None
    assert receipt.blocker is not None
    assert receipt.blocker.code == "closed"
    assert bench.posts() == 0


def test_an_account_that_bakkt_does_not_know_any_more_is_not_opened_anew(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    bench.wire.instead = lambda request: httpx2.Response(404, json={}) if request.method == "GET" else None
    assert bench.change(name, held).receipt.outcome is Outcome.NOT_SENT
    assert bench.posts() == 0


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (CITY, "•••• field", "masked"),
        ("owners[0].identity.givenName", "X. ••••", "masked"),
        ("owners[0].identity.dateOfBirth", "1990-01-01", "restricted"),
        ("owners[0].identity.taxId", "123-45-6789", "restricted"),
        ("owners[0].agreements[0].version", "9.9", "unacknowledged"),
        (CITY, ABSENT, "faulty"),
        (PHONE, 12025550143, "faulty"),
        ("owners[0].identity.familyName", None, "faulty"),
    ],
)
def test_the_action_itself_refuses_what_the_form_should_have(
    bench: UpdateHarness, path: str, value: object, code: str
) -> None:
    american = next(
        name
        for name in bench.names
        if "taxId" in bench.request(name)["owners"][0]["identity"] and bench.request(name)["owners"][0]["agreements"]
    )
    receipt = bench.change(american, edits={path_of(path): value}).receipt
    assert receipt.blocker is not None
    assert receipt.blocker.code == code
    assert bench.posts() == 0
    assert bench.log(american) == []


def test_nothing_edited_is_nothing_sent(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    receipt = bench.change(name, held, {path_of(CITY): city(dict(held.request))}).receipt
    assert receipt.blocker is not None
    assert receipt.blocker.code == "nothing_changed"


@pytest.mark.parametrize(
    ("by_us", "by_bakkt", "may"),
    [(TODAY, TODAY, True), (TODAY, None, False), (None, TODAY, False), (TODAY, TODAY + timedelta(days=1), False)],
)
def test_agreements_change_after_both_sides_acknowledged(
    bench: UpdateHarness, name: str, by_us: date | None, by_bakkt: date | None, may: bool
) -> None:
    edits = {path_of("owners[0].agreements[0].version"): "9.9", path_of("owners[0].agreements[0].name"): "Terms"}
    receipt = bench.change(name, edits=edits, acknowledgements=Acknowledgements(by_us, by_bakkt)).receipt
    assert (receipt.outcome is Outcome.ACCEPTED) is may
    assert bench.posts() == int(may)
    if may:
        assert receipt.record is not None
        assert receipt.record.what["acknowledged_by_bakkt"] == "2026-11-22"


def test_a_number_that_bakkt_itself_shows_masked_keeps_the_account_from_being_sent(
    bench: UpdateHarness, name: str
) -> None:
    masked = bench.request(name)
    masked["owners"][0]["identity"]["taxId"] = "***-**-6789"
    bench.wire.instead = lambda request: (
        httpx2.Response(
            200, json={"id": "1", "request": masked, "createdAt": "2026-01-01T00:00:00Z", "status": "COMPLETE"}
        )
        if request.method == "GET"
        else None
    )
    receipt = bench.change(name).receipt
    assert receipt.blocker is not None
    assert receipt.blocker.code == "masked"


def test_what_is_wrong_at_bakkt_already_may_stay_wrong(bench: UpdateHarness, name: str) -> None:
    old = bench.request(name)
    old["owners"][0]["emailAddress"] = "no address"
    answer = {"id": "1", "request": old, "createdAt": "2026-01-01T00:00:00Z", "status": "COMPLETE"}
    bench.wire.instead = lambda _: httpx2.Response(200, json=answer)
    assert bench.change(name).receipt.outcome is Outcome.ACCEPTED


def test_a_missing_tax_number_may_be_given(bench: UpdateHarness) -> None:
    lacking = next(name for name in bench.names if "taxId" not in bench.request(name)["owners"][0]["identity"])
    identity = "owners[0].identity"
    edits: dict[Any, Any] = {
        path_of(f"{identity}.taxId"): "219-09-9999",
        path_of(f"{identity}.taxIdType"): "SSN",
        path_of(f"{identity}.taxIdCountry"): "USA",
    }
    assert bench.change(lacking, edits=edits).receipt.outcome is Outcome.ACCEPTED
    assert "219-09-9999" not in bench.action_tables()


# owners


def test_an_owner_of_an_entity_goes_and_the_others_stay_whole(bench: UpdateHarness) -> None:
    name = bench.entity(3)
    before = bench.request(name)["owners"]
    attempt = bench.change(name, edits={("owners", 1): ABSENT})
    assert attempt.receipt.outcome is Outcome.ACCEPTED
    assert is_same(bench.request(name)["owners"], [before[0], *before[2:]])
    assert bench.log(name)[0]["changed_fields"] == "owners[1]"


def test_changing_an_owner_of_an_entity_must_be_told_to_bakkt(bench: UpdateHarness) -> None:
    held = bench.read(bench.entity())
    assert plan_update(held, bench.edits(held, **{CITY: "Springfield"})).changes_ownership
    assert not plan_update(held, bench.edits(held, **{"entity.entityLegalName": "Lark Ltd"})).changes_ownership
    alone = bench.read(bench.individual())
    assert not plan_update(alone, bench.edits(alone, **{CITY: "Springfield"})).changes_ownership


# once


def test_a_double_click_sends_one_update_and_shows_one_receipt(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    first, second = bench.change(name, held, key="k"), bench.change(name, held, key="k")
    assert first.receipt.record == second.receipt.record
    assert second.receipt.is_repeat
    assert bench.posts() == 1


def test_two_people_at_once_send_one_update(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    bench.add_fault(kind="latency", seconds=0.05)
    found, start = [], threading.Barrier(4)

    def confirm(number: int) -> None:
        start.wait()
        found.append(bench.change(name, held, key=f"k{number}"))

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.posts() == 1
    assert sum(one.receipt.outcome is Outcome.ACCEPTED for one in found) == 1


# responses


def test_a_200_that_says_rejected_is_no_success(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    told = {"id": "1", "request": held.request, "createdAt": held.created_at, "status": "REJECTED"}
    bench.answer_posts(200, json.loads(json.dumps(told, default=str)))
    receipt = bench.change(name, held).receipt
    assert receipt.outcome is Outcome.REFUSED
    assert "REJECTED" in receipt.words
    assert receipt.may_confirm_again


def test_a_refusal_that_quotes_a_tax_number_takes_it_nowhere(
    bench: UpdateHarness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    name = next(one for one in bench.names if "taxId" in bench.request(one)["owners"][0]["identity"])
    held = bench.read(name)
    number = str(held.request["owners"][0]["identity"]["taxId"])
    digits = "".join(sign for sign in number if sign.isalnum())
    words = f"Number {number} ({digits}, {' '.join(digits)}) of Lady Grimalkin is not known"
    entries = [
        {"code": 1, "field": "owners[0].identity.taxId", "message": words, "rejectedValue": number},
        {"code": 1, "field": "owners[0].identity.familyName", "message": "Grimalkin is odd; tax id " + number},
    ]
    bench.answer_posts(422, {"code": 422, "message": words, "validationErrors": entries})
    attempt = bench.change(name, held, typed={"owners[0].identity.familyName": "Grimalkin"})
    receipt = attempt.receipt
    assert receipt.outcome is Outcome.REFUSED
    assert receipt.record is not None
    assert [field for field, _ in receipt.record.refusals] == [entry["field"] for entry in entries]
    told = "".join([receipt.words, repr(receipt), bench.action_tables(), caplog.text, str(bench.log(name))])
    for secret in (number, digits, " ".join(digits), "Grimalkin", digits[-4:]):
        assert secret not in told


def test_a_national_id_of_letters_is_taken_out_of_bakkts_words_too(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    held.request["owners"][0]["identity"]["taxId"] = "AbCdEfG"
    answer = {"id": "1", "request": held.request, "createdAt": held.created_at, "status": "COMPLETE"}
    bench.wire.instead = lambda request: (
        httpx2.Response(422, json={"message": "abcdefg and AB-CD-EF-G are refused"})
        if request.method == "POST"
        else httpx2.Response(200, json=json.loads(json.dumps(answer, default=str)))
    )
    receipt = bench.change(name).receipt
    assert receipt.record is not None
    assert receipt.record.bakkt_words == "[…] and […] are refused"


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_bakkt_is_told_and_nothing_waits_in_silence(bench: UpdateHarness, name: str, status: int) -> None:
    bench.add_fault(kind="status", status=status)
    receipt = bench.change(name).receipt
    assert receipt.outcome is Outcome.NOT_SENT
    assert receipt.may_confirm_again
    assert bench.posts() == 1
    bench.clear_faults()
    assert bench.change(name).receipt.outcome is Outcome.ACCEPTED


# a lost response


def lose(bench: UpdateHarness, name: str, kind: str, **typed: Any) -> str:
    bench.add_fault(kind=kind)
    receipt = bench.change(name, typed=typed).receipt
    bench.clear_faults()
    assert receipt.outcome is Outcome.UNKNOWN
    assert receipt.record is not None
    return receipt.record.action_id


def settle(bench: UpdateHarness, reader: UpdateReader) -> int:
    return settle_unknown(bench.actions, {ActionKind.UPDATE_ACCOUNT: reader})


def test_an_update_that_took_effect_settles_itself_as_accepted(bench: UpdateHarness, name: str) -> None:
    action_id = lose(bench, name, "lost")
    blocked = bench.change(name).receipt
    assert blocked.blocker is not None
    assert blocked.blocker.code == "open_action"
    assert settle(bench, UpdateReader(bench.actions)) == 1
    receipt = bench.actions.receipt(action_id)
    assert receipt is not None
    assert receipt.outcome is Outcome.ACCEPTED
    assert bench.posts() == 1
    assert bench.change(name, typed={CITY: "Shelbyville"}).receipt.outcome is Outcome.ACCEPTED


def test_an_update_that_never_left_counts_as_not_sent_once_it_can_no_longer_arrive(
    bench: UpdateHarness, name: str
) -> None:
    action_id = lose(bench, name, "refused")
    reader = UpdateReader(bench.actions)
    assert settle(bench, reader) == 0
    bench.behind = timedelta(seconds=60 + 60 - 10)
    assert settle(bench, reader) == 0
    bench.behind = timedelta(seconds=60 + 60)
    assert settle(bench, reader) == 1
    receipt = bench.actions.receipt(action_id)
    assert receipt is not None
    assert (receipt.outcome, receipt.title) == (Outcome.NOT_SENT, "Not sent")
    assert "the update did not arrive" in receipt.words
    assert receipt.may_confirm_again


def test_an_update_that_bakkt_has_and_rejected_is_refused(bench: UpdateHarness, name: str) -> None:
    action_id = lose(bench, name, "lost")
    record = {"id": "1", "request": bench.request(name), "createdAt": "2026-11-22T12:00:00Z", "status": "REJECTED"}
    bench.wire.instead = lambda _: httpx2.Response(200, content=json.dumps(record).encode())
    assert settle(bench, UpdateReader(bench.actions)) == 1
    receipt = bench.actions.receipt(action_id)
    assert receipt is not None
    assert receipt.outcome is Outcome.REFUSED
    assert "Bakkt has the update with status REJECTED" in receipt.words


@pytest.mark.slow
def test_an_update_stays_unknown_where_bakkt_is_away_or_something_else_changed(bench: UpdateHarness, name: str) -> None:
    lose(bench, name, "refused")
    reader = UpdateReader(bench.actions)
    assert settle(bench, reader) == 0
    bench.behind = timedelta(minutes=2)
    bench.move(name)
    assert settle(bench, reader) == 0, "it shows neither what was sent nor what was before"
    bench.wire.instead = lambda _: httpx2.Response(503)
    assert settle(bench, reader) == 0
    assert bench.log(name)[0]["outcome"] == "unknown"


def test_an_update_that_bakkt_still_works_on_is_not_called_without_effect(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    lose(bench, name, "refused")
    pending = {"id": "1", "request": held.request, "createdAt": held.created_at, "status": "IN_PROGRESS"}
    body = json.loads(json.dumps(pending | {"pendingUpdateIds": ["11111111-1111-4111-8111-111111111111"]}, default=str))
    bench.wire.instead = lambda _: httpx2.Response(200, json=body)
    reader = UpdateReader(bench.actions)
    assert settle(bench, reader) == 0
    bench.behind = timedelta(minutes=5)
    assert settle(bench, reader) == 0


def test_owners_that_came_or_went_are_told_by_reading_too(bench: UpdateHarness) -> None:
    name = bench.entity(3)
    bench.add_fault(kind="lost")
    receipt = bench.change(name, edits={("owners", 2): ABSENT}).receipt
    bench.clear_faults()
    assert receipt.outcome is Outcome.UNKNOWN
    assert settle(bench, UpdateReader(bench.actions)) == 1


def test_the_receipt_can_be_held_against_a_copy_at_any_time(bench: UpdateHarness, name: str) -> None:
    before = bench.request(name)
    record = bench.change(name).receipt.record
    assert record is not None
    assert match_read_back(record, bench.request(name)) is ReadBackMatch.SENT
    assert match_read_back(record, before) is ReadBackMatch.HELD
    bench.move(name)
    assert match_read_back(record, bench.request(name)) is ReadBackMatch.NEITHER


@pytest.mark.slow
def test_reading_the_account_for_an_edit_fails_in_words(bench: UpdateHarness, name: str) -> None:
    bench.wire.instead = lambda _: httpx2.Response(503)
    with pytest.raises(BakktUnreachable):
        bench.read(name)


@pytest.mark.slow
def test_a_reading_with_a_member_twice_is_refused_for_an_edit(bench: UpdateHarness, name: str) -> None:
    twice = b'{"id": "1", "request": {"clientAccountId": "a", "clientAccountId": "a"}, "status": "COMPLETE"}'
    bench.wire.instead = lambda _: httpx2.Response(200, content=twice)
    with pytest.raises(BakktUnreadable, match="same key twice"):
        bench.read(name)


def test_the_plan_and_what_was_read_show_no_value_when_printed(bench: UpdateHarness, name: str) -> None:
    held = bench.read(name)
    plan = plan_update(held, bench.edits(held))
    family = held.request["owners"][0]["identity"]["familyName"]
    assert family not in f"{held!r}{plan!r}"
    assert "Springfield" not in repr(plan)

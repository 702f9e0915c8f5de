"""The seeded population is plausible, reproducible, and has every kind of work in it."""

import json
import re
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import phonenumbers
import pytest

from tests.support.sandbox_bench import START, Bench
from workbench.sandbox import Sandbox, SandboxOptions
from workbench.sandbox.api.validation import COUNTRIES, validate_new
from workbench.sandbox.life.review import standing_after_event

STANDINGS = {
    "closed",
    "liquidated",
    "active",
    "verification",
    "rejected",
    "suspended",
    "under_review",
    "unrecognised",
    "kyb_screening",
    "kyb_ready",
    "kyb_documents",
    "submitted",
}


def _population(accounts: int, seed: int = 7, **options: Any) -> Sandbox:
    return Sandbox(SandboxOptions(accounts=accounts, seed=seed, now=lambda: START, **options))


@pytest.mark.parametrize("seed", range(12))
def test_sixty_accounts_hold_every_standing_and_every_link_state(seed: int) -> None:
    told = _population(60, seed).truth()
    assert {one["standing"] for one in told} == STANDINGS
    assert {one["link_state"] for one in told} == {None, "live", "expiring", "expired", "unknown"}
    in_verification = [one for one in told if one["standing"] == "verification"]
    assert {one["expirations_used"] for one in in_verification if one["link_state"] == "expired"} == {1, 2, 3}
    assert {one["contradiction"] for one in told} == {True, False}
    assert {one["restricted_by_event"] for one in told} == {True, False}
    assert {one["turn"] for one in told} == {"customer", "us", "bakkt", "nobody"}


def test_the_same_seed_size_and_moment_give_the_same_population() -> None:
    first, second = _population(150), _population(150)
    assert first.truth() == second.truth()
    assert first.archive() == second.archive()
    assert first.registry() == second.registry()


def test_another_seed_gives_another_population() -> None:
    assert _population(20, 7).registry() != _population(20, 8).registry()


def test_standing_can_be_unknown_to_events() -> None:
    bench = Bench(accounts=200)
    events_sent = {line["body"]["partnerPartyRef"] for line in bench.sandbox.archive()}
    silent = [one for one in bench.sandbox.truth() if one["client_account_id"] not in events_sent]
    found = {one["standing"] for one in silent}
    assert found == {"active", "rejected", "submitted", "kyb_documents", "kyb_ready", "kyb_screening"}
    for one in silent:
        assert one["events"] == 0
        assert one["can_trade_crypto"] is (one["standing"] == "active")
        assert one["undated"] is (one["standing"] in {"active", "rejected", "kyb_ready"})


def test_the_last_event_of_the_archive_says_what_the_truth_says() -> None:
    bench = Bench(accounts=400)
    last: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for line in bench.sandbox.archive():
        text = json.dumps(line["body"], sort_keys=True)
        if text not in seen:
            last[line["body"]["partnerPartyRef"]] = line["body"]
        seen.add(text)
    assert len(last) > 200
    for name, body in last.items():
        told = bench.truth(name)
        assert standing_after_event(body["partyStatus"], body.get("reasonCode")) == told["standing"]


def test_the_archive_is_in_order_of_receipt_with_repeats_that_count_once() -> None:
    sandbox = _population(400)
    archive = sandbox.archive()
    assert archive == sorted(archive, key=lambda line: line["received_at"])
    distinct = {json.dumps(line["body"], sort_keys=True) for line in archive}
    assert len(distinct) < len(archive)
    assert len(distinct) == sum(one["events"] for one in sandbox.truth())


def test_events_come_in_both_spellings_with_unknown_fields_and_a_reused_request_id() -> None:
    bodies = [line["body"] for line in _population(400).archive()]
    assert {"verificationURLExpiry", "verificationUrlExpiry", "sequence"} <= {name for body in bodies for name in body}
    contents: dict[str, set[str]] = {}
    for body in bodies:
        contents.setdefault(body["requestId"], set()).add(json.dumps(body, sort_keys=True))
    assert max(len(each) for each in contents.values()) == 2


def test_accounts_were_opened_over_the_last_four_months_before_anything_was_said_of_them() -> None:
    sandbox = _population(400)
    opened = {one["client_account_id"]: datetime.fromisoformat(one["created_at"]) for one in sandbox.truth()}
    ages = [(START - moment) / timedelta(days=1) for moment in opened.values()]
    assert min(ages) > 0
    assert 95 < max(ages) < 126
    for line in sandbox.archive():
        assert opened[line["body"]["partnerPartyRef"]] < datetime.fromisoformat(line["received_at"]) < START


@pytest.mark.slow
def test_missing_fields_are_exactly_what_a_new_account_would_be_refused_for() -> None:
    bench = Bench(accounts=300)
    names = [row["clientAccountId"] for row in bench.sandbox.registry()]
    with_gaps = 0
    for name in names:
        refused = {error.field for error in validate_new(bench.payload(name)["request"])}
        gaps = {
            path
            for path in bench.truth(name)["missing_fields"]
            if not path.endswith("identityDocument") and not path.startswith("entity.")
        }
        assert refused == gaps, name
        with_gaps += bool(gaps)
    assert with_gaps > 10


def test_people_come_from_many_countries_with_telephone_numbers_that_exist() -> None:
    bench = Bench(accounts=300)
    countries: Counter[str] = Counter()
    for row in bench.sandbox.registry():
        for owner in bench.payload(row["clientAccountId"])["request"]["owners"]:
            countries[owner["identity"]["personalAddress"]["country"]] += 1
            if "phoneNumber" in owner:
                assert phonenumbers.is_valid_number(phonenumbers.parse(owner["phoneNumber"]))
    assert set(countries) <= COUNTRIES
    assert len(countries) >= 10
    assert countries.most_common(1)[0][0] == "USA"


def test_a_sixth_of_the_accounts_are_entities_with_one_to_four_owners() -> None:
    bench = Bench(accounts=400)
    entities = [one for one in bench.sandbox.truth() if one["is_entity"]]
    assert 50 <= len(entities) <= 70
    counts = {len(bench.payload(one["client_account_id"])["request"]["owners"]) for one in entities}
    assert counts == {1, 2, 3, 4}
    met = [line["is_met"] for one in entities for line in one["checklist"]]
    assert {True, False} == set(met)


def test_an_entity_ready_for_screening_meets_every_requirement_and_one_gathering_documents_does_not() -> None:
    for one in _population(2000).truth():
        lines = [line["is_met"] for line in one["checklist"]]
        if one["standing"] == "kyb_ready":
            assert all(lines)
        if one["standing"] == "kyb_documents":
            assert not all(lines)


def test_the_registry_carries_when_kyb_was_triggered() -> None:
    sandbox = _population(200)
    triggered = {row["clientAccountId"]: row["kybTriggeredAt"] for row in sandbox.registry()}
    screening = [one for one in sandbox.truth() if one["standing"] == "kyb_screening"]
    assert screening
    for one in screening:
        assert triggered[one["client_account_id"]] == one["standing_since"] == one["milestones"]["screened"]


def test_ids_look_real_and_a_few_need_quoting() -> None:
    names = [row["clientAccountId"] for row in _population(60).registry()]
    plain = [name for name in names if re.fullmatch(r"ACC-\d{6,7}", name)]
    assert len(set(names)) == 60
    assert len(plain) == 56
    assert any("/" in name for name in names)
    assert any(" " in name for name in names)
    assert any("é" in name for name in names)


@pytest.mark.slow
def test_five_thousand_accounts_are_there_within_ten_seconds_and_links_live_shorter_at_speed() -> None:
    sandbox = _population(5000, speed=3600.0)
    told = sandbox.truth()
    assert len(told) == 5000
    ends = [one["link_expires_at"] for one in told if one["link_state"] in {"live", "expiring"}]
    assert ends
    assert all(datetime.fromisoformat(end) - START < timedelta(hours=72) / 3600 for end in ends)


def test_an_empty_sandbox_is_possible() -> None:
    sandbox = _population(0)
    assert sandbox.truth() == sandbox.registry() == sandbox.archive() == []

"""What happens to accounts automatically as time passes."""

import contextlib
import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.account_requests import changed, company, individual, owner
from tests.support.sandbox_bench import START, Bench
from workbench.domain.errors import StoreError
from workbench.sandbox import Sandbox, SandboxOptions

COMPANY_DOCUMENTS = (
    ("CERTIFICATE_OF_INCORPORATION", None),
    ("ENTITY_DUE_DILIGENCE", "Bylaws"),
    ("ENTITY_DUE_DILIGENCE", "Register of members"),
    ("ENTITY_DUE_DILIGENCE", "Structure"),
    ("CERTIFICATE_OF_BENEFICIAL_OWNERS", None),
)


def _upload_all(bench: Bench, name: str) -> None:
    for document_type, description in COMPANY_DOCUMENTS:
        extra = {} if description is None else {"description": description}
        assert bench.upload(name, document_type, **extra).status_code == 200
    assert bench.upload(name, "PASSPORT", clientOwnerId="o1").status_code == 200
    for side in ("FRONT", "BACK"):
        answer = bench.upload(name, "DRIVERS_LICENSE", clientOwnerId="o2", documentSide=side)
        assert answer.status_code == 200


def test_nothing_moves_until_its_time_has_come() -> None:
    bench = Bench(accounts=0)
    bench.open(individual("N-1"))
    assert bench.sandbox.step() == 0
    assert bench.truth("N-1")["standing"] == "submitted"


def test_everyone_opened_here_is_enrolled_in_the_end() -> None:
    bench = Bench(accounts=0)
    names = [f"N-{number}" for number in range(40)]
    for name in names:
        bench.open(individual(name))
    bench.advance(24 * 20)
    assert {bench.truth(name)["standing"] for name in names} == {"active"}
    assert all(bench.trades(name) for name in names)
    reasons = {reason for name in names for _, reason in bench.events_sent(name)}
    assert reasons == {"ENROLLMENT", "PENDING_REVIEW", "DOCUMENT_VERIFICATION"}


@pytest.mark.parametrize("given", ["Maggic", "MAGGIC", " maggic "])
def test_maggic_dawn_fails_kyc(given: str) -> None:
    bench = Bench(accounts=0)
    bench.open(individual("M-1", owners=[owner(given, "Dawn")]))
    bench.advance(24)
    assert bench.events_sent("M-1")[0] == ("INACTIVE", "RISK_KYC")
    assert bench.truth("M-1")["standing"] == "rejected"
    assert bench.trades("M-1") is False


def test_review_is_faster_by_the_speed() -> None:
    bench = Bench(accounts=0, speed=3600.0)
    bench.open(individual("N-1"))
    assert bench.advance(7 / 3600) >= 1


def test_every_event_has_an_id_of_its_own_and_a_time_of_its_own() -> None:
    bench = Bench(accounts=120)
    bench.advance(24 * 30)
    distinct = {json.dumps(body, sort_keys=True) for _, body in bench.events}
    assert len({json.loads(text)["requestId"] for text in distinct}) == len(distinct) > 10
    assert all(START < sent_at <= bench.clock for sent_at, _ in bench.events)


def test_the_archive_grows_by_what_was_sent() -> None:
    bench = Bench(accounts=60)
    before = len(bench.sandbox.archive())
    sent = bench.advance(24 * 10)
    assert sent == len(bench.events) > 0
    assert len(bench.sandbox.archive()) == before + sent


def test_an_entity_gathers_documents_is_screened_and_enrolled() -> None:
    bench = Bench(accounts=0)
    bench.open(company("F-1"))
    assert bench.truth("F-1")["standing"] == "kyb_documents"
    _upload_all(bench, "F-1")
    assert bench.truth("F-1")["standing"] == "kyb_ready"
    answer = bench.call("POST", "/apex-crypto/api/v2/accounts/triggerKYBScreening/F-1")
    assert (answer.status_code, answer.json()) == (200, "success")
    assert bench.truth("F-1")["standing"] == "kyb_screening"
    bench.advance(24 * 10)
    assert bench.truth("F-1")["standing"] == "active"
    assert bench.trades("F-1") is True


def test_triggering_twice_changes_nothing() -> None:
    bench = Bench(accounts=0)
    bench.open(company("F-1"))
    path = "/apex-crypto/api/v2/accounts/triggerKYBScreening/F-1"
    bench.call("POST", path)
    first = bench.truth("F-1")
    bench.advance(1)
    assert bench.call("POST", path).json() == "success"
    assert bench.truth("F-1")["kyb_triggered_at"] == first["kyb_triggered_at"]


def test_screening_without_all_documents_ends_in_review_until_they_are_there() -> None:
    bench = Bench(accounts=0)
    bench.open(company("F-1"))
    bench.call("POST", "/apex-crypto/api/v2/accounts/triggerKYBScreening/F-1")
    bench.advance(24 * 30)
    assert bench.truth("F-1")["standing"] == "under_review"
    _upload_all(bench, "F-1")
    bench.advance(24 * 5)
    assert bench.truth("F-1")["standing"] == "active"


def test_kyb_is_refused_for_individuals_and_unknown_accounts() -> None:
    bench = Bench(accounts=0)
    bench.open(individual("N-1"))
    path = "/apex-crypto/api/v2/accounts/triggerKYBScreening/"
    assert bench.call("POST", path + "N-1").status_code == 400
    assert bench.call("POST", path + "stranger").status_code == 404


def test_an_update_is_in_progress_and_then_complete() -> None:
    bench = Bench(accounts=0)
    bench.open(individual("N-1"))
    bench.advance(24 * 20)
    moved = changed(individual("N-1"), "owners[0].identity.personalAddress.city", "Peoria")
    answer = bench.open(moved).json()
    assert answer["status"] == "IN_PROGRESS"
    assert len(answer["pendingUpdateIds"]) == 1
    assert bench.payload("N-1")["status"] == "IN_PROGRESS"
    bench.advance(1)
    after = bench.payload("N-1")
    assert (after["status"], after["pendingUpdateIds"]) == ("COMPLETE", [])
    assert after["request"] == moved


def test_any_event_can_be_sent_on_request() -> None:
    bench = Bench(accounts=0)
    bench.open(individual("N-1"))
    order = {"partyStatus": "FROZEN", "reasonCode": "NEW_REASON", "extra": {"note": None}}
    sent = bench.call("POST", "/sandbox/accounts/N-1/events", json=order).json()
    assert sent["partyStatus"] == "FROZEN"
    assert bench.events[-1][1] == sent
    assert bench.truth("N-1")["standing"] == "unrecognised"
    bench.call("POST", "/sandbox/accounts/N-1/events", json={"partyStatus": "SUSPENDED", "canTradeCrypto": True})
    told = bench.truth("N-1")
    assert (told["standing"], told["restricted_by_event"], told["contradiction"]) == ("suspended", True, False)


def test_what_happened_survives_a_restart_with_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "sandbox.sqlite"
    before = Bench(accounts=60, state_file=kept)
    before.open(changed(individual("N-1"), "externalNumber", 10**30))
    document_id = before.upload("N-1", "PASSPORT").json()["request"]["clientDocumentId"]
    seeded = before.first(link_state="expired", expirations_used=1, declined_consent=False)["client_account_id"]
    before.details(seeded)
    before.advance(30)
    before.sandbox.close()

    after = Bench(accounts=5, seed=99, state_file=kept)
    after.clock = before.clock
    assert after.sandbox.truth() == before.sandbox.truth()
    assert after.sandbox.archive() == before.sandbox.archive()
    assert after.payload("N-1")["request"]["externalNumber"] == 10**30
    assert after.call("GET", f"/apex-crypto/api/v2/documents/{document_id}").content == b"\x89PNG some bytes"
    assert after.advance(24 * 20) > 0


NAMES_BEFORE_FORMAT_1 = {
    "has_events": "is_spoken",
    "first_event_at": "first_spoken_at",
    "last_event_at": "last_spoken_at",
    "documents": "papers",
}


def give_fields_their_old_names(path: Path) -> None:
    """Make the file one of a version before the fields of accounts were renamed."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as file:
        for name, state in file.execute("select client_account_id, state from account").fetchall():
            old = {NAMES_BEFORE_FORMAT_1.get(field, field): value for field, value in json.loads(state).items()}
            file.execute("update account set state = ? where client_account_id = ?", (json.dumps(old), name))
        file.execute("pragma user_version = 0")


def test_a_file_of_an_older_version_keeps_its_accounts(tmp_path: Path) -> None:
    kept = tmp_path / "sandbox.sqlite"
    before = Bench(accounts=60, state_file=kept)
    before.open(individual("N-1"))
    document_id = before.upload("N-1", "PASSPORT").json()["request"]["clientDocumentId"]
    before.advance(30)
    before.sandbox.close()
    give_fields_their_old_names(kept)

    after = Bench(accounts=60, state_file=kept)
    after.clock = before.clock
    assert after.sandbox.truth() == before.sandbox.truth()
    assert after.truth("N-1")["documents"] == [document_id]


def test_the_state_file_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    bench = Bench(accounts=5, state_file=tmp_path / "deep" / "sandbox.sqlite")
    bench.open(individual("N-1"))
    modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "deep").iterdir()}
    assert modes == {0o600}


def test_a_file_that_is_not_the_sandboxs_is_refused_and_left_alone(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear desk, " * 1000)
    with pytest.raises(StoreError, match=r"letter\.txt"):
        Bench(state_file=other)
    assert other.read_text() == "Dear desk, " * 1000


def test_without_a_file_a_restart_begins_anew() -> None:
    options = SandboxOptions(accounts=10, now=lambda: START + timedelta(hours=1))
    assert Sandbox(options).truth() == Sandbox(options).truth()

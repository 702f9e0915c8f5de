"""Verification links: valid for 72 hours, a new one only after expiry, never a fourth expiry."""

from datetime import datetime, timedelta

from tests.support.account_requests import individual
from tests.support.sandbox_bench import Bench


def _in_verification(**options: float) -> Bench:
    bench = Bench(accounts=0, **options)
    assert bench.open(individual("V-1")).status_code == 200
    bench.sandbox.send_event("V-1", {"partyStatus": "UNDER_REVIEW", "reasonCode": "DOCUMENT_VERIFICATION"})
    return bench


def _expiry(bench: Bench) -> datetime:
    return datetime.fromisoformat(bench.details("V-1").json()["verificationURLExpiry"])


def test_a_link_lives_72_hours() -> None:
    bench = _in_verification()
    assert _expiry(bench) - bench.clock == timedelta(hours=72)


def test_a_link_lives_shorter_by_the_speed() -> None:
    bench = _in_verification(speed=36.0)
    assert _expiry(bench) - bench.clock == timedelta(hours=2)


def test_the_expiry_is_written_with_milliseconds_and_z() -> None:
    text = _in_verification().details("V-1").json()["verificationURLExpiry"]
    assert text == "2026-11-25T12:00:00.000Z"


def test_a_live_link_is_given_again_and_costs_nothing() -> None:
    bench = _in_verification()
    first = bench.details("V-1").json()
    bench.advance(71.9)
    assert bench.details("V-1").json() == first
    assert bench.truth("V-1")["expirations_used"] == 0


def test_the_link_of_the_event_is_the_link_of_the_call() -> None:
    bench = _in_verification()
    assert bench.events[-1][1]["verificationURL"] == bench.details("V-1").json()["verificationURL"]


def test_an_expiry_is_counted_when_it_passes_and_no_link_is_made_unasked() -> None:
    bench = _in_verification()
    bench.advance(72)
    told = bench.truth("V-1")
    assert (told["link_state"], told["expirations_used"], told["turn"]) == ("expired", 1, "us")
    bench.advance(500)
    assert bench.truth("V-1")["expirations_used"] == 1


def test_after_expiry_a_call_makes_a_new_link_and_an_event_confirms_it() -> None:
    bench = _in_verification()
    old = bench.details("V-1").json()["verificationURL"]
    bench.advance(73)
    new = bench.details("V-1").json()["verificationURL"]
    assert new != old
    assert bench.advance(0.01) == 1
    assert bench.events[-1][1]["verificationURL"] == new
    assert bench.truth("V-1")["expirations_used"] == 1


def test_after_three_expirations_no_fourth_link_is_ever_made() -> None:
    bench = _in_verification()
    seen = set()
    for _ in range(3):
        seen.add(bench.details("V-1").json()["verificationURL"])
        bench.advance(73)
    refused = bench.details("V-1")
    assert refused.status_code == 400
    assert set(refused.json()) == {"type", "description", "detail", "details"}
    assert len(seen) == 3
    assert bench.truth("V-1")["expirations_used"] == 3
    assert bench.truth("V-1")["expirations_left"] == 0


def test_a_link_left_behind_by_leaving_verification_is_never_counted() -> None:
    bench = _in_verification()
    bench.advance(10)
    assert bench.sandbox.complete_verification("V-1") is None
    bench.advance(200)
    told = bench.truth("V-1")
    assert (told["standing"], told["expirations_used"], told["link_state"]) == ("active", 0, None)


def test_completing_leads_to_review_and_then_to_the_outcome_asked_for() -> None:
    for outcome, standing in (("approved", "active"), ("rejected", "rejected")):
        bench = _in_verification()
        bench.sandbox.complete_verification("V-1", outcome)
        assert bench.truth("V-1")["standing"] == "under_review"
        bench.advance(1)
        assert bench.truth("V-1")["standing"] == standing
        assert bench.trades("V-1") is (outcome == "approved")


def test_completing_needs_a_live_link() -> None:
    bench = _in_verification()
    bench.advance(80)
    answer = bench.call("POST", "/sandbox/accounts/V-1/complete-verification")
    assert answer.status_code == 409
    assert bench.truth("V-1")["standing"] == "verification"


def test_a_customer_who_declined_is_asked_again_only_on_override() -> None:
    bench = Bench()
    name = bench.first(declined_consent=True)["client_account_id"]
    assert bench.details(name).status_code == 400
    assert bench.details(name, overrideCustomerDeclinedConsent="false").status_code == 400
    assert bench.details(name, overrideCustomerDeclinedConsent="true").status_code == 200


def test_a_seeded_account_without_a_link_gets_its_first_without_cost() -> None:
    bench = Bench()
    name = bench.first(link_state="unknown")["client_account_id"]
    assert bench.details(name).status_code == 200
    told = bench.truth(name)
    assert (told["link_state"], told["expirations_used"]) == ("live", 0)


def test_an_account_outside_verification_is_refused() -> None:
    bench = Bench()
    name = bench.first(standing="active")["client_account_id"]
    assert bench.details(name).status_code == 400


def test_a_wrong_partner_an_unknown_party_and_a_senseless_flag_are_refused_in_the_partner_shape() -> None:
    bench = _in_verification()
    path = "/partner/v1/partner/{}/party/V-1/kyc/documentVerificationDetails"
    wrong = bench.call("GET", path.format("00000000-0000-4000-8000-000000000000"))
    senseless = bench.call("GET", path.format("me"))
    answers = [wrong, senseless, bench.details("nobody"), bench.details("V-1", overrideCustomerDeclinedConsent="oui")]
    assert [answer.status_code for answer in answers] == [403, 400, 404, 400]
    assert all("detail" in answer.json() for answer in answers)


def test_calls_for_details_are_counted_by_account() -> None:
    bench = _in_verification()
    bench.details("V-1")
    bench.details("V-1")
    calls = bench.call("GET", "/sandbox/calls").json()
    assert calls["details"] == {"V-1": 2}
    assert calls["operations"]["getKycDocumentVerificationDetails"] == 2

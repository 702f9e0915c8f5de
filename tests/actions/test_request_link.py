"""A link is requested once per confirmed review and never while one is live; its URL is only stored with the links."""

import json
import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from tests.support.link_harness import VERIFY, LinkHarness
from tests.support.tables import select, table_names
from workbench.actions.request_link import review_link_request
from workbench.domain.vocabulary import Outcome

FIELDS = ("verificationURL", "verificationURLExpiry")


def test_a_confirmed_request_brings_a_new_link_and_its_receipt(harness: LinkHarness, name: str) -> None:
    receipt = harness.ask(name, reason="On the phone")
    assert receipt.outcome is Outcome.ACCEPTED
    assert receipt.record is not None
    assert (receipt.record.actor, receipt.record.reason) == ("Ann", "On the phone")
    account = harness.account(name)
    assert account["link_state"] == "live"
    assert account["link_url"]
    assert harness.asked() == 1
    assert harness.actions.receipt(receipt.record.action_id) == receipt


def test_the_link_that_bakkt_made_is_the_one_that_is_stored(harness: LinkHarness, name: str) -> None:
    harness.ask(name)
    told = harness.sandbox.truth(name)["link_expires_at"]
    assert datetime.fromisoformat(told).replace(tzinfo=None) == harness.account(name)["link_expires_at"]


def test_reviewing_asks_bakkt_nothing(harness: LinkHarness, names: list[str]) -> None:
    for name in names:
        review_link_request(harness.actions, name)
    assert harness.asked() == 0


def test_the_review_of_an_unknown_account_says_so(harness: LinkHarness, name: str) -> None:
    plan = review_link_request(harness.actions, "nobody")
    assert plan.blocker is not None
    assert plan.blocker.code == "never_read"
    receipt = harness.ask("nobody")
    assert receipt.blocker == plan.blocker


def test_a_double_click_makes_one_request_and_shows_one_receipt(harness: LinkHarness, name: str) -> None:
    first, second = harness.ask(name, "key"), harness.ask(name, "key")
    assert (first.is_repeat, second.is_repeat) == (False, True)
    assert first.record == second.record
    assert harness.asked() == 1


def test_a_second_review_meets_the_live_link(harness: LinkHarness, name: str) -> None:
    harness.ask(name)
    receipt = harness.ask(name)
    assert receipt.record is None
    assert receipt.blocker is not None
    assert receipt.blocker.code == "live_link"
    assert harness.asked() == 1


def test_a_link_that_arrives_while_the_dialog_is_open_wins(harness: LinkHarness, name: str) -> None:
    assert review_link_request(harness.actions, name).blocker is None
    harness.tell(name, VERIFY)
    receipt = harness.ask(name)
    assert receipt.blocker is not None
    assert receipt.blocker.code == "live_link"
    assert harness.asked() == 0
    assert len(harness.log(name)) == 0


def test_an_account_that_left_verification_meanwhile_gets_none(harness: LinkHarness, name: str) -> None:
    harness.tell(name, {"partyStatus": "ACTIVE", "reasonCode": "ENROLLMENT"})
    receipt = harness.ask(name)
    assert receipt.blocker is not None
    assert receipt.blocker.code == "not_in_verification"
    assert harness.asked() == 0


@pytest.mark.parametrize("is_same_review", [True, False])
def test_people_who_confirm_at_once_make_one_request(harness: LinkHarness, name: str, is_same_review: bool) -> None:
    harness.add_fault(kind="latency", seconds=0.05)
    receipts = []
    start = threading.Barrier(6)

    def confirm(number: int) -> None:
        start.wait()
        receipts.append(harness.ask(name, "key" if is_same_review else f"key {number}"))

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert harness.asked() == 1
    accepted = [receipt for receipt in receipts if receipt.outcome is Outcome.ACCEPTED]
    assert len(accepted) == (6 if is_same_review else 1)
    assert {receipt.blocker.code for receipt in receipts if receipt.blocker} <= {"open_action", "live_link"}
    assert len(harness.log(name)) == 1


def test_a_lost_answer_holds_one_of_the_budget_until_its_link_is_seen(harness: LinkHarness, name: str) -> None:
    harness.add_fault(kind="lost")
    receipt = harness.ask(name)
    assert receipt.outcome is Outcome.UNKNOWN
    assert not receipt.may_confirm_again
    assert (harness.lost(name), harness.account(name)["expirations_left"]) == (1, 1)
    harness.clear_faults()
    assert harness.ask(name).blocker is not None
    assert harness.asked() == 1
    harness.sandbox.step()
    harness.receive_sent_events()
    assert (harness.lost(name), harness.account(name)["link_state"]) == (0, "live")
    assert receipt.record is not None
    settled = harness.actions.receipt(receipt.record.action_id)
    assert settled is not None
    assert settled.outcome is Outcome.ACCEPTED
    assert "link was seen" in settled.words


def test_a_person_may_say_that_a_lost_request_never_arrived(harness: LinkHarness, name: str) -> None:
    harness.wire.before = cut
    record = harness.ask(name).record
    assert record is not None
    assert record.outcome is Outcome.UNKNOWN
    harness.wire.before = lambda: None
    harness.actions.settle_by_person(record.action_id, Outcome.NOT_SENT, "Bakkt's log has no such call")
    assert harness.lost(name) == 0
    assert harness.ask(name).outcome is Outcome.ACCEPTED
    assert harness.asked() == 1


def test_without_a_connection_nothing_was_sent_and_it_may_be_confirmed_again(harness: LinkHarness, name: str) -> None:
    harness.wire.before = no_connection
    receipt = harness.ask(name, "first")
    assert receipt.outcome is Outcome.NOT_SENT
    assert receipt.may_confirm_again
    assert harness.lost(name) == 0
    harness.wire.before = lambda: None
    assert harness.ask(name, "first").outcome is Outcome.NOT_SENT, "one review makes one request, whatever came of it"
    assert harness.ask(name, "second").outcome is Outcome.ACCEPTED


def test_a_customer_who_declined_is_overridden_by_a_recorded_choice_alone(harness: LinkHarness, name: str) -> None:
    harness.sandbox.simulation.accounts[name].has_declined_consent = True
    refused = harness.ask(name)
    assert refused.outcome is Outcome.REFUSED
    assert "declined consent" in refused.words
    accepted = harness.ask(name, override_declined_consent=True)
    assert accepted.outcome is Outcome.ACCEPTED
    assert accepted.record is not None
    assert accepted.record.what == {"override_declined_consent": "yes"}
    assert refused.record is not None
    assert refused.record.what == {}


def test_the_third_link_wants_a_reason_and_the_fourth_is_never_asked_for(harness: LinkHarness, name: str) -> None:
    harness.expire_another(name)
    assert harness.account(name)["expirations_used"] == 2
    assert review_link_request(harness.actions, name).needs_reason
    refused = harness.ask(name)
    assert refused.blocker is not None
    assert refused.blocker.code == "wants_reason"
    assert harness.asked() == 0
    harness.expire_another(name)
    receipt = harness.ask(name, reason="She is here")
    assert receipt.blocker is not None
    assert receipt.blocker.code == "used_up"
    assert harness.asked() == 0


def test_an_answer_with_the_old_link_is_told_as_what_it_is(harness: LinkHarness, name: str) -> None:
    old = harness.account(name)
    harness.wire.instead = lambda _: answer(old["link_url"], old["link_expires_at"].replace(tzinfo=UTC))
    receipt = harness.ask(name)
    assert receipt.outcome is Outcome.ACCEPTED
    assert "the previous link" in receipt.words
    assert harness.account(name)["link_state"] == "expired"


def test_an_answer_without_a_link_is_unknown(harness: LinkHarness, name: str) -> None:
    harness.wire.instead = lambda _: httpx2.Response(200, json={})
    receipt = harness.ask(name)
    assert receipt.outcome is Outcome.UNKNOWN
    assert "without a link" in receipt.words
    assert harness.lost(name) == 1


def test_a_link_without_an_end_is_kept_for_as_long_as_one_can_live(harness: LinkHarness, name: str) -> None:
    harness.wire.instead = lambda _: httpx2.Response(200, json={"verificationURL": "https://verify.example.test/x"})
    receipt = harness.ask(name)
    assert receipt.outcome is Outcome.ACCEPTED
    assert "gave no expiry" in receipt.words
    assert harness.account(name)["link_url"] == "https://verify.example.test/x"
    left = harness.account(name)["link_expires_at"].replace(tzinfo=UTC) - datetime.now(UTC)
    assert timedelta(hours=71) < left <= timedelta(hours=72)


def test_the_faqs_spelling_of_the_answer_is_read_too(harness: LinkHarness, name: str) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)
    fields = ("verificationUrl", "verificationUrlExpiry")
    harness.wire.instead = lambda _: answer("https://verify.example.test/x", ends, fields)
    harness.ask(name)
    assert harness.account(name)["link_expires_at"] == ends.replace(tzinfo=None)


def test_the_links_address_is_in_no_log_no_receipt_and_no_record(
    harness: LinkHarness, names: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "https://verify.example.test/s/of-nobody"
    ends = datetime.now(UTC) + timedelta(hours=72)
    refusal = {"type": "X", "detail": f"{secret} was used", "details": [{"field": secret, "description": secret}]}
    answers = [
        answer(secret, ends),
        httpx2.Response(400, json=refusal),
        httpx2.Response(500, text=secret),
        httpx2.Response(200, text=secret),
    ]
    page_text = ""
    for name, one in zip(names, answers, strict=False):
        harness.wire.instead = always(one)
        receipt = harness.ask(name, reason=f"They wrote: {secret}")
        page_text += f"{receipt!r} {receipt.title} {receipt.words} {receipt.next_step} {harness.log(name)}"
    assert secret not in page_text
    assert "of-nobody" not in page_text + caplog.text
    holding = [
        table for table in table_names(harness.store) if "of-nobody" in str(select(harness.store, f"from {table}"))
    ]
    assert set(holding) == {"link_answers", "links"}


def always(response: httpx2.Response) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda _: response


def answer(url: str, ends: datetime, fields: tuple[str, str] = FIELDS) -> httpx2.Response:
    return httpx2.Response(200, content=json.dumps({fields[0]: url, fields[1]: ends.isoformat()}).encode())


def cut() -> None:
    raise httpx2.ReadError("cut")


def no_connection() -> None:
    raise httpx2.ConnectError("no")

"""Opening an account: sent once, never overwriting, then registered; drafts; lost responses."""

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.support.applicants import company, individual, without
from tests.support.link_harness import LinkHarness, link_harness
from tests.support.people import acting_as
from tests.support.settling import settle_unknown
from tests.support.tables import select
from workbench.actions import Receipt
from workbench.actions.drafts import Draft, begin_draft, delete_draft, find_draft, read_drafts, save_draft
from workbench.actions.open_account import OpeningReader, open_account, review_opening
from workbench.domain.account import Form
from workbench.domain.errors import InputError
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.sandbox.api.faults import FaultRule

OPERATION = "createAccount"
PERSONAL = ("219-09-9881", "219099881", "Quill", "ada@example.com", "+13035550142", "1984-05-06", "12 Larch Street")


@pytest.fixture
def desk() -> Iterator[LinkHarness]:
    with link_harness(accounts=3) as made:
        made.behind = timedelta()
        yield made


def drafted(desk: LinkHarness, form: Form) -> Draft:
    return save_draft(desk.actions, replace(begin_draft(), form=form))


def opened(desk: LinkHarness, form: Form, key: str = "one review") -> Receipt:
    return open_account(desk.actions, drafted(desk, form), confirm_key=key)


def add_fault(desk: LinkHarness, **rule: Any) -> None:
    desk.sandbox.faults.rules.append(FaultRule(operation=OPERATION, **rule))


def held_by_bakkt(desk: LinkHarness, client_account_id: str) -> dict[str, Any] | None:
    account = desk.sandbox.simulation.accounts.get(client_account_id)
    return desk.sandbox.simulation.request_of(account) if account else None


def calls(desk: LinkHarness) -> int:
    return int(desk.sandbox.calls()["operations"].get(OPERATION, 0))


def answering(answer: httpx2.Response) -> Any:
    return lambda request: answer if request.method == "POST" else None


@pytest.mark.parametrize("form", [individual(), company()], ids=["individual", "entity of three owners"])
def test_what_was_reviewed_is_what_bakkt_holds(desk: LinkHarness, form: Form) -> None:
    draft = drafted(desk, form)
    review = review_opening(desk.actions, draft)
    receipt = open_account(desk.actions, draft, confirm_key="one review")
    assert receipt.outcome is Outcome.ACCEPTED
    assert held_by_bakkt(desk, form.client_account_id) == review.body
    assert calls(desk) == 1


def test_an_opened_account_joins_the_registry_and_is_due_to_be_read_first(desk: LinkHarness) -> None:
    opened(desk, individual())
    assert desk.store.read_rows("accounts/registration", client_account_id="cust-1001")[0]["origin"] == "opened here"
    assert desk.store.read_rows("sync/due")[0]["client_account_id"] == "cust-1001"


def test_the_review_masks_identity_numbers_and_the_body_does_not(desk: LinkHarness) -> None:
    review = review_opening(desk.actions, drafted(desk, individual()))
    assert review.masked_body["owners"][0]["identity"]["taxId"] == "•••• 9881"
    assert review.body["owners"][0]["identity"]["taxId"] == "219099881"
    assert review.blocker is None
    assert review.errors == ()


def test_a_form_with_problems_is_never_sent(desk: LinkHarness) -> None:
    with pytest.raises(InputError, match="nothing was sent"):
        opened(desk, without(individual(), "owners[0].phoneNumber"))
    assert calls(desk) == 0


def test_two_clicks_on_one_review_open_one_account(desk: LinkHarness) -> None:
    draft = drafted(desk, individual())
    first, second = (open_account(desk.actions, draft, confirm_key="one review") for _ in range(2))
    assert second.is_repeat
    assert first.record is not None
    assert second.record is not None
    assert first.record.action_id == second.record.action_id
    assert calls(desk) == 1


def test_a_registered_id_is_refused_before_anything_is_recorded(desk: LinkHarness) -> None:
    desk.store.land_registry(["cust-1001"], "file")
    receipt = opened(desk, individual())
    assert receipt.record is None
    assert receipt.blocker is not None
    assert receipt.blocker.code == "registered"
    assert calls(desk) == 0


def test_an_id_that_bakkt_alone_knows_is_not_overwritten(desk: LinkHarness) -> None:
    taken = desk.sandbox.registry()[0]["clientAccountId"]
    before = held_by_bakkt(desk, taken)
    receipt = opened(desk, individual(taken))
    assert receipt.outcome is Outcome.NOT_SENT
    assert "already has this id" in receipt.words
    assert held_by_bakkt(desk, taken) == before
    assert calls(desk) == 0


def test_a_200_that_says_rejected_is_no_success(desk: LinkHarness) -> None:
    draft = drafted(desk, individual())
    body = review_opening(desk.actions, draft).body
    answer = {"id": "B-1", "request": dict(body), "createdAt": "2026-11-22T10:00:00Z", "status": "REJECTED"}
    desk.wire.instead = answering(httpx2.Response(200, json={**answer, "mode": "OPEN"}))
    receipt = open_account(desk.actions, draft, confirm_key="one review")
    assert receipt.outcome is Outcome.REFUSED
    assert "REJECTED" in receipt.words
    assert desk.store.read_rows("accounts/registration", client_account_id="cust-1001") == []
    assert find_draft(desk.actions, draft.draft_id) is not None


def test_a_422_lands_at_its_field_and_the_number_that_it_quotes_goes_no_further(
    desk: LinkHarness, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    draft = drafted(desk, individual())
    entry = {
        "code": 7,
        "field": "owners[0].identity.taxId",
        "message": "219-09-9881 of Quill is not a number that the SSA has issued",
        "rejectedValue": "219-09-9881",
    }
    page_text = {"code": 422, "message": "Wrong: 219099881", "validationErrors": [entry]}
    desk.wire.instead = answering(httpx2.Response(422, json=page_text))
    receipt = open_account(desk.actions, draft, confirm_key="one review")
    kept = find_draft(desk.actions, draft.draft_id)
    assert receipt.outcome is Outcome.REFUSED
    assert kept is not None
    assert "is not a number that the SSA has issued" in kept.refusals["owners[0].identity.taxId"]
    assert kept.form == draft.form
    told = f"{receipt.words} {receipt.record} {caplog.text} {desk.store.read_rows('actions/log')} {dict(kept.refusals)}"
    assert not [value for value in PERSONAL if value in told]


def test_nothing_personal_is_in_the_record_of_an_opening(desk: LinkHarness) -> None:
    opened(desk, company())
    kept = str(select(desk.store, "select * from actions"))
    assert "person-1" in kept
    assert not [value for value in PERSONAL if value in kept]


def test_the_action_itself_refuses_what_is_unusual_and_not_confirmed(desk: LinkHarness) -> None:
    draft = drafted(desk, individual(**{"owners[0].identity.familyName": "Quill 3rd"}))
    receipt = open_account(desk.actions, draft, confirm_key="one review")
    assert receipt.blocker is not None
    assert receipt.blocker.code == "unconfirmed"
    assert (calls(desk), desk.log("cust-1001")) == (0, [])
    confirmed = open_account(desk.actions, draft, confirm_key="one review", are_doubts_confirmed=True)
    assert confirmed.outcome is Outcome.ACCEPTED
    assert confirmed.record is not None
    assert confirmed.record.what["confirmed_although"] == "owners[0].identity.familyName: digits in a name"


@pytest.mark.parametrize("status", [429, 503])
def test_when_bakkt_is_busy_the_person_is_told_and_may_confirm_again(desk: LinkHarness, status: int) -> None:
    add_fault(desk, kind="status", status=status, retry_after=1)
    first = opened(desk, individual())
    assert first.outcome is Outcome.NOT_SENT
    assert first.may_confirm_again
    desk.clear_faults()
    (draft,) = read_drafts(desk.actions)
    assert open_account(desk.actions, draft, confirm_key="another review").outcome is Outcome.ACCEPTED


# drafts


def test_a_draft_is_found_again_after_a_restart_by_its_author_alone(tmp_path: Path) -> None:
    with link_harness(tmp_path / "desk.duckdb", accounts=1) as desk:
        draft = drafted(desk, company())
        desk.store.close()
        desk.open_again()
        assert read_drafts(desk.actions) == [draft]
        others = desk.actions.acted_by(acting_as("Ben"))
        assert read_drafts(others) == []
        assert find_draft(others, draft.draft_id) is None


def test_a_draft_goes_when_its_account_is_opened(desk: LinkHarness) -> None:
    other = drafted(desk, individual("cust-2"))
    opened(desk, individual())
    assert [draft.draft_id for draft in read_drafts(desk.actions)] == [other.draft_id]


def test_a_draft_goes_when_its_author_deletes_it(desk: LinkHarness) -> None:
    draft = drafted(desk, individual())
    delete_draft(desk.actions, draft.draft_id)
    assert read_drafts(desk.actions) == []


def test_a_draft_that_another_tab_saved_is_not_overwritten(desk: LinkHarness) -> None:
    draft = drafted(desk, individual())
    newer = save_draft(
        desk.actions, replace(draft, form=draft.form.with_answer("owners[0].emailAddress", "b@example.com"))
    )
    with pytest.raises(InputError):
        save_draft(desk.actions, draft)
    assert find_draft(desk.actions, draft.draft_id) == newer


# lost responses


def lost(desk: LinkHarness) -> tuple[Draft, Receipt]:
    add_fault(desk, kind="lost")
    draft = drafted(desk, individual())
    receipt = open_account(desk.actions, draft, confirm_key="one review")
    desk.clear_faults()
    return draft, receipt


def settled(desk: LinkHarness, reader: OpeningReader | None = None) -> int:
    return settle_unknown(desk.actions, {ActionKind.OPEN_ACCOUNT: reader or OpeningReader(desk.actions)})


def test_a_lost_answer_is_settled_by_reading_and_the_draft_goes(desk: LinkHarness) -> None:
    _, receipt = lost(desk)
    assert receipt.outcome is Outcome.UNKNOWN
    assert settled(desk) == 1
    assert desk.log("cust-1001")[0]["outcome"] == "accepted"
    assert desk.store.read_rows("sync/due")[0]["client_account_id"] == "cust-1001"
    assert read_drafts(desk.actions) == []
    assert calls(desk) == 1


def test_while_it_is_unknown_no_other_review_opens_the_account(desk: LinkHarness) -> None:
    draft, _ = lost(desk)
    again = open_account(desk.actions, draft, confirm_key="another review")
    assert again.blocker is not None
    assert again.blocker.code == "open_action"
    assert calls(desk) == 1


@pytest.mark.slow
def test_a_request_that_never_arrived_is_settled_once_it_can_no_longer_arrive(desk: LinkHarness) -> None:
    add_fault(desk, kind="refused")
    draft = drafted(desk, individual())
    assert open_account(desk.actions, draft, confirm_key="one review").outcome is Outcome.UNKNOWN
    desk.clear_faults()
    began = desk.actions.now()
    reader = OpeningReader(desk.actions)
    for seconds, expected in ((0, 0), (60 + 60 - 10, 0), (60 + 60, 1)):
        desk.actions.now = _clock(began + timedelta(seconds=seconds))
        assert settled(desk, reader) == expected
    assert desk.log("cust-1001")[0]["outcome"] == "not_sent"
    assert open_account(desk.actions, draft, confirm_key="another review").outcome is Outcome.ACCEPTED


def _clock(moment: datetime) -> Any:
    return lambda: moment


def test_an_account_of_other_owners_settles_nothing(desk: LinkHarness) -> None:
    add_fault(desk, kind="refused")
    open_account(desk.actions, drafted(desk, individual()), confirm_key="one review")
    desk.clear_faults()
    somebody_elses = review_opening(desk.actions, drafted(desk, company("cust-1001"))).body

    async def put() -> None:
        async with desk.connect() as client:
            await client.submit_account(somebody_elses)

    asyncio.run(put())
    assert settled(desk) == 0
    assert desk.log("cust-1001")[0]["outcome"] == "unknown"

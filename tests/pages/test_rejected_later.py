"""An update that Bakkt accepts and rejects later: found by a sync, said on the account, on Backlog and in the log."""

import copy
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import forget_desk, open_page, page_text, place_of
from tests.support.update_harness import CITY, UpdateHarness
from workbench.actions.settling.rejected_later import ReviewWatch
from workbench.desk import Desk, build_desk
from workbench.domain.vocabulary import Outcome
from workbench.settings import read_settings


@pytest.fixture
def bench() -> Iterator[UpdateHarness]:
    made = UpdateHarness(is_read=True)
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(bench: UpdateHarness) -> Desk:
    return build_desk(bench.store, read_settings({}, Path("no-such-file")), lambda _=1.0: bench.connect())


@pytest.fixture
def name(bench: UpdateHarness, desk: Desk) -> str:
    """A person's account that waits for Bakkt's first response."""
    return next(
        name
        for name in bench.names
        if standing(desk, name) == "submitted" and bench.request(name)["accountType"] == "INDIVIDUAL"
    )


def standing(desk: Desk, name: str) -> Any:
    return desk.store.read_rows("accounts/one", client_account_id=name)[0]["standing"]


def sync_and_look(desk: Desk) -> None:
    desk.sync.run(everything=True)
    ReviewWatch(desk.actions).look()


def said(page: AppTest) -> str:
    assert not page.exception
    return unescape(page_text(page))


def log(desk: Desk, name: str) -> dict[str, Any]:
    return desk.store.read_rows("actions/log", client_account_id=name)[0]


def reject_the_update(bench: UpdateHarness, name: str) -> None:
    account = bench.sandbox.simulation.accounts[name]
    account.request_status, account.pending_update_ids = "REJECTED", []
    bench.sandbox.simulation.on_change(name)


def undo_the_update(bench: UpdateHarness, name: str, before: dict[str, Any] | None) -> None:
    """Drop the update without a word, as its id goes from the pending ones."""
    account = bench.sandbox.simulation.accounts[name]
    account.request, account.pending_update_ids = before, []
    bench.sandbox.simulation.on_change(name)


@pytest.mark.slow
def test_a_rejection_after_our_update_is_that_updates_and_leaves_the_standing(
    bench: UpdateHarness, desk: Desk, name: str
) -> None:
    assert bench.change(name).receipt.outcome is Outcome.ACCEPTED
    reject_the_update(bench, name)
    sync_and_look(desk)
    assert standing(desk, name) == "submitted"
    assert log(desk, name)["outcome"] == Outcome.REJECTED_LATER


def test_without_an_update_of_ours_it_is_the_account_that_is_rejected(
    bench: UpdateHarness, desk: Desk, name: str
) -> None:
    reject_the_update(bench, name)
    sync_and_look(desk)
    assert standing(desk, name) == "rejected"


def test_a_pending_update_that_vanished_without_its_change_was_rejected(
    bench: UpdateHarness, desk: Desk, name: str
) -> None:
    before = copy.deepcopy(bench.sandbox.simulation.accounts[name].request)
    bench.change(name)
    sync_and_look(desk)
    assert log(desk, name)["outcome"] == Outcome.ACCEPTED, "Bakkt still works on it"
    undo_the_update(bench, name, before)
    sync_and_look(desk)
    assert log(desk, name)["outcome"] == Outcome.REJECTED_LATER


def test_an_update_that_bakkt_carried_out_stays_accepted(bench: UpdateHarness, desk: Desk, name: str) -> None:
    bench.change(name)
    account = bench.sandbox.simulation.accounts[name]
    account.request_status, account.pending_update_ids = "COMPLETE", []
    bench.sandbox.simulation.on_change(name)
    sync_and_look(desk)
    bench.move(name)
    sync_and_look(desk)
    assert log(desk, name)["outcome"] == Outcome.ACCEPTED
    assert desk.store.read_rows("actions/rejected_later") == []


@pytest.mark.slow
def test_it_is_said_on_the_account_and_listed_until_somebody_has_seen_it(
    bench: UpdateHarness, desk: Desk, name: str
) -> None:
    bench.change(name)
    reject_the_update(bench, name)
    sync_and_look(desk)
    assert on_backlog(desk) == ["✗ Rejected by review"]
    listed = open_page("actions", desk, outcome="rejected_later")
    assert listed.dataframe[0].value["client_account_id"].tolist() == [name]
    receipt = open_page("actions", desk, action=log(desk, name)["action_id"])
    assert "Bakkt has the update with status REJECTED." in said(receipt)
    page = open_page("customers", desk, account=name)
    assert "Bakkt rejected the update by Ann" in said(page)
    next(button for button in page.button if button.label == "I have seen it").click().run()
    assert "Bakkt rejected the update" not in said(page)
    assert on_backlog(desk) == []
    assert "Seen by" in said(open_page("actions", desk, action=log(desk, name)["action_id"]))


def on_backlog(desk: Desk) -> list[str]:
    """What the view of later rejections says of each."""
    page = open_page("backlog", desk, view="rejected_later")
    return [words for cell in page.dataframe[0].value["outcome"] for words in cell] if page.dataframe else []


def test_the_next_update_may_be_made_at_once(bench: UpdateHarness, desk: Desk, name: str) -> None:
    bench.change(name)
    reject_the_update(bench, name)
    sync_and_look(desk)
    page = open_page("update", desk, account=name)
    assert "not settled" not in said(page)
    assert any(button.key == "wb-update-review" for button in page.button)
    assert bench.change(name, typed={CITY: "Shelbyville"}).receipt.outcome is Outcome.ACCEPTED


def test_it_moves_nothing_of_the_card_below_in_which_a_link_is_asked_for(
    bench: UpdateHarness, desk: Desk, name: str
) -> None:
    bench.change(name)
    page = open_page("customers", desk, account=name)
    before = place_of(page, "wb-answer-for-customer")
    reject_the_update(bench, name)
    sync_and_look(desk)
    page.run()
    assert "Bakkt rejected the update by Ann" in said(page)
    assert place_of(page, "wb-answer-for-customer") == before

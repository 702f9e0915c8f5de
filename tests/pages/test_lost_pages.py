"""A page that was to be opened is opened, although a message of the browser came in between."""

import time

from streamlit.runtime.scriptrunner_utils.script_requests import RerunData, ScriptRequests

from tests.support.facts import NOW, poll
from tests.support.screens import open_page, page_text
from workbench.desk import Desk
from workbench.ui.frame.navigation import Destination

PENDING = "wb-pending-page"


def land(desk: Desk) -> None:
    desk.store.land_registry(["c-1"], "file")
    desk.store.land_readings([poll("c-1", NOW)])


def test_streamlit_runs_the_page_that_was_named_last() -> None:
    """Why there is anything to do here: the watch's message names the page that is left."""
    requests = ScriptRequests()
    requests.request_rerun(RerunData(page_script_hash="customers", query_string="account=c-1"))
    requests.request_rerun(RerunData(page_script_hash="backlog", fragment_id="watch", is_auto_rerun=True))
    found = requests.on_scriptrunner_yield()
    assert found is not None
    assert (found.rerun_data.page_script_hash, found.rerun_data.query_string) == ("backlog", "")


def test_the_account_is_opened_after_all(empty_desk: Desk) -> None:
    land(empty_desk)
    page = open_page("backlog", empty_desk)
    page.session_state[PENDING] = Destination("customers", {"account": "c-1"}, "backlog", time.monotonic())
    page.run()
    assert page.query_params["account"] in ("c-1", ["c-1"])
    assert "The account was opened" in page_text(page)
    assert PENDING not in page.session_state


def test_a_page_that_was_opened_long_ago_or_has_arrived_is_not_opened_again(empty_desk: Desk) -> None:
    land(empty_desk)
    page = open_page("backlog", empty_desk)
    page.session_state[PENDING] = Destination("customers", {"account": "c-1"}, "backlog", time.monotonic() - 60)
    page.run()
    assert "account" not in page.query_params
    page.session_state[PENDING] = Destination("backlog", {}, "customers", time.monotonic())
    page.run()
    assert "account" not in page.query_params
    assert PENDING not in page.session_state


def test_a_page_that_a_person_opened_meanwhile_stays(empty_desk: Desk) -> None:
    land(empty_desk)
    page = open_page("data", empty_desk)
    page.session_state[PENDING] = Destination("customers", {"account": "c-1"}, "backlog", time.monotonic())
    page.run()
    assert "account" not in page.query_params
    assert PENDING not in page.session_state

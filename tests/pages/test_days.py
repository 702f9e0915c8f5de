"""Days that people type are days where they sit, in any time zone and close to midnight."""

import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.applicants import individual
from tests.support.link_harness import LinkHarness, link_harness
from tests.support.sample_files import pdf
from tests.support.screens import forget_desk, no_connection, open_page, page_text
from tests.support.stores import new_store
from tests.support.update_harness import CITY, UpdateHarness
from tests.support.upload_harness import UploadHarness
from workbench.actions.drafts import Draft, save_draft
from workbench.desk import Desk, build_desk
from workbench.domain.actions import Plan
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.settings import read_settings
from workbench.store import Completion

SIGNED = "owners[0].agreements[0].eSignedDate"
MOMENTS = {
    "Etc/GMT+12": datetime(2026, 11, 29, 11, 50, tzinfo=UTC),  # 23:50 on 28 November
    "Pacific/Honolulu": datetime(2026, 11, 29, 9, 30, tzinfo=UTC),  # 23:30 on 28 November
    "America/New_York": datetime(2026, 11, 29, 4, 59, tzinfo=UTC),  # 23:59 on 28 November
    "Etc/UTC": datetime(2026, 11, 28, 23, 59, tzinfo=UTC),  # 23:59 on 28 November
    "Asia/Kolkata": datetime(2026, 11, 27, 18, 31, tzinfo=UTC),  # 00:01 on 28 November
    "Pacific/Chatham": datetime(2026, 11, 27, 10, 30, tzinfo=UTC),  # 00:15 on 28 November
    "Pacific/Kiritimati": datetime(2026, 11, 27, 10, 10, tzinfo=UTC),  # 00:10 on 28 November
}
TODAY, TOMORROW, YESTERDAY = date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 27)
SETTINGS = read_settings({"WORKBENCH_ACTOR": "Ann"}, Path("no-such-file"))
in_every_zone = pytest.mark.parametrize("zone", MOMENTS)


NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def harness() -> Iterator[LinkHarness]:
    """Each test has a customer of its own."""
    with link_harness(accounts=24) as made:
        yield made
        st.cache_resource.clear()


@pytest.fixture(scope="module")
def uploads(harness: LinkHarness) -> UploadHarness:
    return UploadHarness(harness)


def desk_at(harness: LinkHarness | UpdateHarness, moment: datetime) -> Desk:
    desk = build_desk(harness.store, SETTINGS, lambda _=1.0: harness.connect())
    desk.actions.now = lambda: moment
    return desk


def words(page: AppTest) -> str:
    return unescape(page_text(page))


def signing(desk: Desk, zone: str) -> AppTest:
    """Return the step of an applicant's draft at which the day of the signature is asked."""
    number = next(NUMBERS)
    draft = save_draft(desk.actions, Draft(f"d{number}", individual(f"new-{number}")))
    return open_page("open_account", desk, zone=zone, draft=draft.draft_id, step="owner-1")


def type_signed(page: AppTest, day: date) -> AppTest:
    return page.text_input(key=key_of(page, SIGNED)).set_value(day.isoformat()).run()


def key_of(page: AppTest, path: str) -> str:
    return f"wb-opening-{page.query_params['draft']}-1-{path}"


@pytest.mark.many_cases
@in_every_zone
def test_who_signs_today_has_signed_today(harness: LinkHarness, zone: str) -> None:
    page = type_signed(signing(desk_at(harness, MOMENTS[zone]), zone), TODAY)
    name = str(page.query_params["draft"]).replace("d", "new-")
    assert "in the future" not in words(page)
    page.button(key="wb-opening-step-review").click().run()
    page.button(key="wb-opening-send").click().run()
    assert "Accepted" in words(page)
    simulation = harness.sandbox.simulation
    sent = simulation.request_of(simulation.accounts[name])["owners"][0]["agreements"][0]["eSignedDate"]
    assert sent.startswith("2026-11-28")
    for at_bakkt in ("Etc/GMT+12", "America/Los_Angeles", "America/New_York", "Etc/UTC", "Asia/Tokyo"):
        assert datetime.fromisoformat(sent).astimezone(ZoneInfo(at_bakkt)).date() == TODAY


@pytest.mark.many_cases
@in_every_zone
def test_nobody_signs_and_nobody_is_born_tomorrow(harness: LinkHarness, zone: str) -> None:
    page = signing(desk_at(harness, MOMENTS[zone]), zone)
    assert "This date is in the future" in words(type_signed(page, TOMORROW))
    type_signed(page, TODAY)
    born = page.text_input(key=key_of(page, "owners[0].identity.dateOfBirth"))
    assert "in the future" not in words(born.set_value(TODAY.isoformat()).run())
    assert "This date is in the future" in words(born.set_value(TOMORROW.isoformat()).run())


@pytest.mark.slow
@in_every_zone
def test_a_document_is_valid_until_its_last_day_ends(uploads: UploadHarness, zone: str) -> None:
    uploads.next_customers()
    page = open_page(
        "documents", desk_at(uploads.harness, MOMENTS[zone]), zone=zone, account=uploads.person, type="PASSPORT"
    )
    uploader = next(one.key for one in page.file_uploader if one.key and one.key.endswith("-FRONT"))
    page.file_uploader(key=uploader).upload("scan.pdf", pdf(), "application/pdf").run()
    page.date_input[0].set_value(YESTERDAY).run()
    assert "It expired 1 d ago" in words(page)
    assert page.button(key="wb-upload-send").disabled
    page.date_input[0].set_value(TODAY).run()
    assert "It expires today" in words(page)
    page.button(key="wb-upload-send").click().run()
    assert "<strong>Done</strong>" in words(page)
    (sent,) = [one for one in uploads.at_bakkt() if (one.get("documentExpiration") or "")[:10] == "2026-11-28"]
    assert datetime.fromisoformat(sent["documentExpiration"]) > datetime(2026, 11, 28, 23, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def bench() -> Iterator[UpdateHarness]:
    """Whose accounts were read; each test updates one of its own."""
    made = UpdateHarness(is_read=True)
    yield made
    made.close()
    forget_desk()


@pytest.fixture(scope="module")
def with_agreements(bench: UpdateHarness) -> Iterator[str]:
    return iter([one for one in bench.names if bench.request(one)["owners"][0].get("agreements")])


@pytest.mark.slow
@in_every_zone
def test_an_acknowledgement_of_today_counts_and_one_of_tomorrow_does_not(
    bench: UpdateHarness, with_agreements: Iterator[str], zone: str
) -> None:
    page = open_page("update", desk_at(bench, MOMENTS[zone]), zone=zone, account=next(with_agreements))
    key = page.session_state["wb-update-edit-session"].key_of("owners[0].agreements[0].version")
    page.text_input(key=key).set_value("9.9").run()
    page.button(key="wb-update-review").click().run()
    for side, day in (("us", TODAY), ("bakkt", TOMORROW)):
        page.checkbox(key=f"wb-update-ack-{side}").check().run()
        page.date_input(key=f"wb-update-ack-day-{side}").set_value(day).run()
    assert "Both sides must acknowledge this first" in words(page)
    page.date_input(key="wb-update-ack-day-bakkt").set_value(TODAY).run()
    assert "Both sides must acknowledge this first" not in words(page)
    page.button(key="wb-update-send").click().run()
    assert "Done" in words(page)


@pytest.mark.parametrize("held", ["2026-11-27T23:30:00-05:00", "2026-11-27T00:00:00Z", "2026-11-27T12:00:00.000+14:00"])
def test_the_day_of_a_signature_at_bakkt_is_shown_as_it_was_written(
    bench: UpdateHarness, with_agreements: Iterator[str], held: str
) -> None:
    name = next(with_agreements)
    request = bench.request(name)
    request["owners"][0]["agreements"][0]["eSignedDate"] = held
    bench.overwrite(request)
    page = open_page("update", desk_at(bench, MOMENTS["Pacific/Kiritimati"]), zone="Pacific/Kiritimati", account=name)
    session = page.session_state["wb-update-edit-session"]
    assert page.text_input(key=session.key_of(SIGNED)).value == "2026-11-27"
    page.text_input(key=session.key_of(CITY)).set_value("Springfield").run()
    page.button(key="wb-update-review").click().run()
    page.button(key="wb-update-send").click().run()
    sent = bench.request(name)["owners"][0]
    assert sent["identity"]["personalAddress"]["city"] == "Springfield"
    assert sent["agreements"][0]["eSignedDate"] == held, "what was not edited is never rewritten"


@pytest.mark.many_cases
@in_every_zone
def test_activity_since_today_begins_with_the_day_where_the_person_sits(zone: str) -> None:
    store = new_store()
    desk = build_desk(store, SETTINGS, no_connection)
    desk.actions.now = lambda: MOMENTS[zone]
    midnight = datetime(2026, 11, 28, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for number, at in enumerate((midnight - timedelta(minutes=1), midnight)):
        plan = Plan(ActionKind.TRIGGER_KYB, f"cust-{number}", f"key {number}")
        desk.store.begin_action(f"action-{number}", plan, "Ann", at, lambda _: None)
        desk.store.complete_action(f"action-{number}", Completion(Outcome.ACCEPTED), at)
    page = open_page("actions", desk, zone=zone, since="2026-11-28")
    assert page.dataframe[0].value["client_account_id"].tolist() == ["cust-1"]
    desk.inbox.close()
    store.close()
    forget_desk()

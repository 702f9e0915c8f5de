"""Rules of thumb: what is unusual is warned about, confirmed once, sent, and named in the record without its value."""

import itertools
import logging
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.support.applicants import LYON, company, individual
from tests.support.link_harness import LinkHarness, link_harness
from tests.support.screens import forget_desk, open_page, page_text
from tests.support.update_harness import CITY, UpdateHarness
from workbench.actions.drafts import Draft, save_draft
from workbench.desk import Desk, build_desk
from workbench.domain.account import Form
from workbench.settings import read_settings

SETTINGS = read_settings({"WORKBENCH_ACTOR": "Ann"}, Path("no-such-file"))
OWNER = "owners[0].identity"
CONFIRM = "I have checked this: send it as it is"
ABROAD = {f"{OWNER}.personalAddress.{name}": value for name, value in LYON.items()} | {
    f"{OWNER}.personalAddress.state": "",
    f"{OWNER}.taxIdType": "NATIONAL_ID",
    f"{OWNER}.taxIdCountry": "FRA",
    "owners[0].phoneNumber": "04 72 10 30 30",
}
UNUSUAL: dict[str, tuple[Form, str, str, Any]] = {
    "digits in a name": (individual(), f"{OWNER}.familyName", "Quill 3rd", "Quill 3rd"),
    "only digits": (individual(), f"{OWNER}.givenName", "12", "12"),
    "a long name": (individual(), f"{OWNER}.familyName", "Quill" * 30, "Quill" * 30),
    "no family name": (individual(), f"{OWNER}.familyName", "-", "-"),
    "an emoji": (individual(), f"{OWNER}.employment.employerName", "I ♥ Larch 🌲", "I ♥ Larch 🌲"),
    "an asterisk": (company(), "entity.entityLegalName", "E*TRADE Larch LLC", "E*TRADE Larch LLC"),
    "crosses": (company(), "entity.entityOfferings", "XXXX rated films", "XXXX rated films"),
    "a new area code": (individual(), "owners[0].phoneNumber", "+1 555 999 1234", "+15559991234"),
    "over 120": (individual(), f"{OWNER}.dateOfBirth", "1896-01-02", "1896-01-02"),
    "under 18": (individual(), f"{OWNER}.dateOfBirth", "2015-01-02", "2015-01-02"),
    "an old company": (company(), "entity.entityFormationDate", "1670-05-02", "1670-05-02"),
    "a company of tomorrow": (company(), "entity.entityFormationDate", "2099-01-01", "2099-01-01"),
    "a postal code": (individual(), f"{OWNER}.personalAddress.postalCode", "8020", "8020"),
    "a long street": (
        individual(),
        f"{OWNER}.personalAddress.streetAddress[0]",
        "Larch " * 40,
        ("Larch " * 40).strip(),
    ),
    "an id with a space": (individual(), "clientAccountId", "cust 1001", "cust 1001"),
    "a number not issued": (individual(), f"{OWNER}.taxId", "666-09-9881", "666099881"),
    "a number of two owners": (company(), "owners[1].identity.taxId", "219-09-9881", "219099881"),
    "a national id of letters": (individual(**ABROAD), f"{OWNER}.taxId", "QUILL", "QUILL"),
    "a hundred years employed": (individual(), f"{OWNER}.employment.yearsEmployed", "100", 100),
}


NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def harness() -> Iterator[LinkHarness]:
    """Each test opens an account of its own."""
    with link_harness(accounts=3) as made:
        yield made
        st.cache_resource.clear()


@pytest.fixture(scope="module")
def desk(harness: LinkHarness) -> Desk:
    return build_desk(harness.store, SETTINGS, lambda _=1.0: harness.connect())


def new_id() -> str:
    return f"new-{next(NUMBERS)}"


def at_review(desk: Desk, form: Form) -> AppTest:
    draft = save_draft(desk.actions, Draft(f"d{next(NUMBERS)}", form))
    return open_page("open_account", desk, draft=draft.draft_id, step="review")


def words(page: AppTest) -> str:
    return unescape(page_text(page))


def boxes(page: AppTest) -> list[Any]:
    return [box for box in page.checkbox if box.label.startswith(CONFIRM)]


def send(page: AppTest) -> AppTest:
    return page.button(key="wb-opening-send").click().run()


def sent(harness: LinkHarness, name: str, path: str) -> Any:
    simulation = harness.sandbox.simulation
    value: Any = simulation.request_of(simulation.accounts[name])
    for step in path.replace("]", "").replace("[", ".").split("."):
        value = value[int(step)] if step.isdecimal() else value[step]
    return value


@pytest.mark.many_cases
@pytest.mark.parametrize("what", UNUSUAL)
def test_what_is_unusual_is_sent_once_it_is_confirmed(
    harness: LinkHarness, desk: Desk, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    form, path, typed, expected = UNUSUAL[what]
    form = form.with_answer("clientAccountId", new_id()).with_answer(path, typed)
    page = at_review(desk, form)
    assert "to fill in or correct" not in words(page)
    assert page.button(key="wb-opening-send").disabled
    (box,) = boxes(page)
    page = box.check().run()
    assert not page.button(key="wb-opening-send").disabled
    page = send(page)
    assert "Accepted" in words(page)
    assert sent(harness, form.client_account_id, path) == expected
    (row,) = harness.log(form.client_account_id)
    assert f"{path}: " in row["confirmed_although"]
    if len(typed) > 3 and path != "clientAccountId":
        assert typed not in row["confirmed_although"]
        assert typed not in caplog.text


def test_activity_says_what_was_confirmed(harness: LinkHarness, desk: Desk) -> None:
    changed = {f"{OWNER}.familyName": "Quill 3rd", "owners[0].phoneNumber": "+1 555 999 1234"}
    form = individual(new_id(), **changed)
    page = at_review(desk, form)
    assert len(boxes(page)) == 1, "one confirm for all"
    assert "Primary owner · Family name: This name has digits" in words(page)
    assert "Primary owner · Phone: No phone number in that country is known" in words(page)
    page = send(boxes(page)[0].check().run())
    confirmed = "Primary owner: family name: digits in a name; Primary owner: phone: phone number of no known range"
    assert confirmed in words(page)
    activity = open_page("actions", desk, account_id=form.client_account_id)
    assert activity.dataframe[0].value["more"].tolist() == [f"Confirmed despite: {confirmed}."]
    receipt = open_page("actions", desk, action=harness.log(form.client_account_id)[0]["action_id"])
    assert confirmed in words(receipt)
    assert "Quill 3rd" not in confirmed


def test_what_is_usual_needs_no_confirmation(harness: LinkHarness, desk: Desk) -> None:
    form = company(new_id())
    page = at_review(desk, form)
    assert boxes(page) == []
    page = send(page)
    assert "Accepted" in words(page)
    assert harness.log(form.client_account_id)[0]["confirmed_although"] == ""


def test_another_doubt_wants_another_confirmation(desk: Desk) -> None:
    page = boxes(at_review(desk, individual(new_id(), **{f"{OWNER}.familyName": "Quill 3rd"})))[0].check().run()
    assert not page.button(key="wb-opening-send").disabled
    page.button(key="wb-opening-step-owner-1").click().run()
    page.text_input(key=f"wb-opening-{page.query_params['draft']}-1-{OWNER}.givenName").set_value("R2D2").run()
    page.button(key="wb-opening-step-review").click().run()
    assert page.button(key="wb-opening-send").disabled


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (f"{OWNER}.familyName", "•••• Quill"),
        (f"{OWNER}.taxId", "XXX-XX-9881"),
        ("owners[0].phoneNumber", "+1 202 555"),
        ("owners[0].emailAddress", "ada@quill"),
        (f"{OWNER}.dateOfBirth", "2099-01-01"),
        (f"{OWNER}.personalAddress.state", "Ontario"),
        (f"{OWNER}.personalAddress.postalCode", ""),
    ],
)
def test_bakkts_own_rules_keep_refusing(desk: Desk, path: str, typed: str) -> None:
    page = at_review(desk, individual(new_id()).with_answer(path, typed))
    assert "1 field to fill in or correct" in words(page)
    assert not any(button.key == "wb-opening-send" for button in page.button)


def test_a_legal_name_keeps_within_bakkts_limit(desk: Desk) -> None:
    page = at_review(desk, company(new_id(), **{"entity.entityLegalName": "L" * 101}))
    assert "This is too long: 101 characters, 100 at most." in words(page)


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "address",
    [
        "müller@bücher.example",
        "用户@例え.jp",
        "иван@пример.рф",
        "ada@xn--bcher-kva.example",
        "x@مثال.إختبار",
        '"ada lee"@example.com',
    ],
)
def test_addresses_of_international_domains_are_sent_as_they_are(
    harness: LinkHarness, desk: Desk, address: str
) -> None:
    form = individual(new_id(), **{"owners[0].emailAddress": address})
    page = at_review(desk, form)
    assert boxes(page) == []
    page = send(page)
    assert "Accepted" in words(page)
    assert sent(harness, form.client_account_id, "owners[0].emailAddress") == address


# updates


@pytest.fixture(scope="module")
def bench() -> Iterator[UpdateHarness]:
    """Whose accounts were read; each test updates a person of its own."""
    made = UpdateHarness(is_read=True)
    yield made
    made.close()
    forget_desk()


@pytest.fixture(scope="module")
def people(bench: UpdateHarness) -> Iterator[str]:
    return iter([name for name in bench.names if not bench.is_entity(name)])


def desk_of(bench: UpdateHarness) -> Desk:
    return build_desk(bench.store, SETTINGS, lambda _=1.0: bench.connect())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "typed", "words_shown"),
    [
        (f"{OWNER}.familyName", "Quill 3rd", "This name has digits"),
        ("owners[0].phoneNumber", "+1 555 999 1234", "No phone number in that country is known"),
        (CITY, "Spring*field", "This looks like a masked value"),
    ],
)
def test_an_unusual_update_is_sent_once_it_is_confirmed(
    bench: UpdateHarness, people: Iterator[str], path: str, typed: str, words_shown: str
) -> None:
    name, posts = next(people), bench.posts()
    page = open_page("update", desk_of(bench), account=name)
    key = page.session_state["wb-update-edit-session"].key_of(path)
    page.text_input(key=key).set_value(typed).run()
    assert words_shown in words(page)
    page.button(key="wb-update-review").click().run()
    assert "Some values are unusual" in words(page)
    page.button(key="wb-update-send").click().run()
    assert bench.posts() == posts
    (box,) = boxes(page)
    page = box.check().run()
    assert "Some values are unusual" not in words(page)
    page.button(key="wb-update-send").click().run()
    assert bench.posts() == posts + 1
    assert "Confirmed despite" in words(page)
    (row,) = bench.log(name)
    assert row["confirmed_although"].startswith(f"{path}: ")
    assert typed not in bench.action_tables()


def test_what_bakkt_holds_already_is_not_doubted(bench: UpdateHarness, people: Iterator[str]) -> None:
    name = next(people)
    request = bench.request(name)
    request["owners"][0]["identity"]["familyName"] = "Quill 3rd"
    bench.overwrite(request)
    page = open_page("update", desk_of(bench), account=name)
    key = page.session_state["wb-update-edit-session"].key_of(CITY)
    page.text_input(key=key).set_value("Springfield").run()
    page.button(key="wb-update-review").click().run()
    assert boxes(page) == []
    page.button(key="wb-update-send").click().run()
    assert bench.request(name)["owners"][0]["identity"]["personalAddress"]["city"] == "Springfield"

"""Files that are made at the click, in a thread without a page: for whoever saw the button, if still signed in."""

import ast
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import streamlit as st
from docx import Document
from streamlit.testing.v1 import AppTest

from tests.support.applicants import company
from tests.support.facts import ago, owner, poll
from tests.support.people import acting_as
from tests.support.running import ROOT
from tests.support.screens import build_desk, forget_desk
from tests.support.sign_in import claims_of, sign_in_settings
from tests.support.stores import new_store
from tests.support.tables import change
from workbench.access.claims import SignedOutError, SignInRefusedError
from workbench.actions.drafts import Draft
from workbench.desk import Desk
from workbench.ui.live.current_desk import set_desk

FIRM = {"accountType": "ENTITY", "entity": {"entityLegalName": "Larch Timber", "entityTaxId": "12-1234567"}}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = new_store()
    store.land_readings([poll("firm-1", ago(5), account_type="ENTITY", owners=(owner(),))])
    change(store, "update readings set account_json = $text", {"text": json.dumps({"request": FIRM})})
    desk = build_desk(store, sign_in_settings(tmp_path))
    set_desk(desk)
    yield desk
    desk.inbox.close()
    store.close()
    forget_desk()


def form_of_account() -> None:
    from workbench.ui.account.kyb.manual import show_form

    show_form("firm-1")


def form_of_draft() -> None:
    import streamlit as st

    from workbench.ui.open_account.manual_kyb import show_manual_way

    show_manual_way(st.session_state["draft"])


FORMS = {form_of_account: "12-1234567", form_of_draft: company().text("entity.entityTaxId")}
"""Scripts that offer a form, and what stands in it."""


def offered(script: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> tuple[AppTest, Callable[[], bytes]]:
    """The page of an agent, and what its download button makes."""
    made: list[Callable[[], bytes]] = []
    monkeypatch.setattr(st, "download_button", lambda *_, data, **__: made.append(data))
    app = AppTest.from_function(script)
    app.session_state["draft"] = Draft("d1", company(), businesses={company().text("owners[1].clientOwnerId"): True})
    app.user = claims_of("Ann", "desk-agents")
    app.run()
    assert not app.exception
    (make,) = made
    return app, make


def at_the_click(make: Callable[[], bytes]) -> bytes:
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(make).result()


@pytest.mark.parametrize(("script", "tax_id"), FORMS.items())
def test_a_form_is_made_for_whoever_signed_in_and_written_down(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, script: Callable[[], None], tax_id: str
) -> None:
    _, make = offered(script, monkeypatch)
    tables = Document(io.BytesIO(at_the_click(make))).tables
    assert tax_id in {cell.text for table in tables for row in table.rows for cell in row.cells}
    rows = desk.store.read_rows("audit/log")
    assert ("Ann", "make a customer information form") in {(row["person"], row["act"]) for row in rows}


@pytest.mark.parametrize("script", FORMS)
def test_no_form_is_made_for_whoever_has_signed_out(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, script: Callable[[], None]
) -> None:
    assert desk.sign_ins is not None
    app, make = offered(script, monkeypatch)
    desk.sign_ins.sign_out(dict(app.user))
    with pytest.raises(SignedOutError):
        at_the_click(make)


@pytest.mark.parametrize("script", FORMS)
def test_no_form_is_made_for_whoever_was_removed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, script: Callable[[], None]
) -> None:
    assert desk.sign_ins is not None
    app, make = offered(script, monkeypatch)
    desk.sign_ins.remove(acting_as("Ada"), desk.sign_ins.admit(dict(app.user), is_act=False).subject)
    with pytest.raises(SignInRefusedError):
        at_the_click(make)


HELD_ALREADY = {"opened.file.content"}
"""Bytes that are in the session's memory when the button is drawn."""


def test_whatever_a_button_makes_at_the_click_is_made_for_the_same_person() -> None:
    given = {
        ast.unparse(named.value)
        for path in (*ROOT.glob("workbench/ui/**/*.py"), *ROOT.glob("pages/*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("download_button")
        for named in call.keywords
        if named.arg == "data"
    }
    assert given > HELD_ALREADY
    assert {one for one in given - HELD_ALREADY if not one.startswith("for_same_person(")} == set()

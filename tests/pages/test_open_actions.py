"""An action that is not settled: every page of its kind says so before anything is filled in, and settles it."""

from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx2
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.action_harness import ACTION_CASES, FILE, ActionHarness, is_write
from tests.support.screens import forget_desk, gaps_of, open_page, page_text, place_of
from tests.support.tables import change
from workbench.access.acting import Acting, local_person
from workbench.actions.drafts import begin_draft, save_draft
from workbench.actions.open_account import open_account
from workbench.actions.settling.settling import settle_by_person
from workbench.actions.upload_document import DocumentUpload, upload_document
from workbench.desk import Desk, build_desk
from workbench.domain.documents import Confirmations, DocumentDetails
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.settings import read_settings

PAGES = [
    ("update", ActionKind.UPDATE_ACCOUNT),
    ("backfill", ActionKind.UPDATE_ACCOUNT),
    ("documents", ActionKind.UPLOAD_DOCUMENT),
    ("open_account", ActionKind.OPEN_ACCOUNT),
    ("link", ActionKind.REQUEST_LINK),
    ("kyb", ActionKind.TRIGGER_KYB),
]
BY_PERSON = {ActionKind.REQUEST_LINK, ActionKind.TRIGGER_KYB}
QUESTIONS = {"wb-update-review", "wb-backfill-review", "wb-upload-send", "wb-link-send", "wb-kyb-start"}


@pytest.fixture
def harness() -> Iterator[ActionHarness]:
    made = ActionHarness()
    yield made
    made.close()
    forget_desk()


@pytest.fixture
def desk(harness: ActionHarness) -> Desk:
    return build_desk(
        harness.store, read_settings({"WORKBENCH_ACTOR": "Ann"}, Path("no-such-file")), lambda _=1.0: harness.connect()
    )


def lose_answers(harness: ActionHarness) -> None:
    def lose(request: httpx2.Request) -> httpx2.Response | None:
        if is_write(request):
            raise httpx2.ReadError("lost", request=request)
        return None

    harness.wire.instead = lose


def lose_one(harness: ActionHarness, kind: ActionKind) -> dict[str, str]:
    """Lose the answer to one action of this kind; return the address of its page."""
    name = harness.names[kind][0]
    lose_answers(harness)
    if kind is ActionKind.OPEN_ACCOUNT:
        own = harness.actions.acted_by(Acting(local_person("Ann")))  # a draft is its author's, as the page's person is
        draft = save_draft(own, replace(begin_draft(), form=harness.form_of(kind, name)))
        assert open_account(harness.actions, draft, confirm_key="k").outcome is Outcome.UNKNOWN
        return {"draft": draft.draft_id, "step": "owner-1"}
    assert ACTION_CASES[kind].review(harness, name)(harness.actions, "k").outcome is Outcome.UNKNOWN
    return {"account": name} | ({"owner": "person-1", "type": "PASSPORT"} if kind is ActionKind.UPLOAD_DOCUMENT else {})


def said(page: AppTest) -> str:
    assert not page.exception
    return unescape(page_text(page))


def asks_anything(page: AppTest) -> bool:
    is_asked = any(button.key in QUESTIONS or str(button.key).startswith("wb-opening-next") for button in page.button)
    return is_asked or bool(page.file_uploader)


@pytest.mark.many_cases
@pytest.mark.parametrize(("name", "kind"), PAGES)
def test_the_page_opens_with_the_action_that_is_not_settled_and_asks_nothing(
    harness: ActionHarness, desk: Desk, name: str, kind: ActionKind
) -> None:
    address = lose_one(harness, kind)
    harness.sandbox.reset_calls()
    page = open_page(name, desk, **address)
    assert "The last attempt is not settled" in said(page)
    assert ("Reading back cannot tell" in said(page)) is (kind in BY_PERSON)
    assert ("It will be settled automatically" in said(page)) is (kind not in BY_PERSON)
    assert not asks_anything(page)
    assert "The last attempt is not settled" in said(page.run())
    assert sum(harness.sandbox.calls()["operations"].values()) == 0, "nothing is read for a form that cannot be sent"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), PAGES)
def test_it_is_settled_on_that_page_which_then_goes_on(
    harness: ActionHarness, desk: Desk, name: str, kind: ActionKind
) -> None:
    address = lose_one(harness, kind)
    page = open_page(name, desk, **address)
    page.radio[0].set_value(Outcome.NOT_SENT)
    next(box for box in page.text_input if box.label == "How do you know?").set_value("Bakkt's support: no trace")
    next(button for button in page.button if button.label == "Settle").click().run()
    assert "The last attempt is not settled" not in said(page)
    assert asks_anything(page) or name == "backfill"
    assert harness.store.read_rows("actions/unsettled") == []
    assert gaps_of(page) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(("name", "kind"), PAGES)
def test_an_action_without_an_answer_yet_says_so_and_asks_nothing(
    harness: ActionHarness, desk: Desk, name: str, kind: ActionKind
) -> None:
    address = lose_one(harness, kind)
    change(harness.store, "update actions set outcome = 'sent'")
    page = open_page(name, desk, **address)
    assert "has no answer yet" in said(page)
    assert not asks_anything(page)


@pytest.mark.slow
def test_only_the_document_that_is_not_settled_waits(harness: ActionHarness, desk: Desk) -> None:
    name = harness.names[ActionKind.UPLOAD_DOCUMENT][0]
    lose_answers(harness)
    front = DocumentDetails("DRIVERS_LICENSE", "FRONT", "person-1", "USA")
    upload_document(harness.actions, name, DocumentUpload(front, FILE), confirm_key="k")
    page = open_page("documents", desk, account=name, owner="person-1", type="DRIVERS_LICENSE")
    assert "the front of the driver's licence of person-1" in said(page)
    assert [str(one.key).rpartition("-")[2] for one in page.file_uploader] == ["BACK"]
    assert len(open_page("documents", desk, account=name, owner="person-1", type="PASSPORT").file_uploader) == 1


@pytest.mark.slow
def test_an_upload_that_is_settled_moves_no_other_form(harness: ActionHarness, desk: Desk) -> None:
    name, settled = harness.names[ActionKind.UPLOAD_DOCUMENT][0], "How do you know?"
    page = open_page("documents", desk, account=name, owner="person-1", type="PASSPORT")
    before = place_of(page, "Description (optional)")
    lose_answers(harness)
    front, _ = (lose_side(harness, name, side) for side in ("FRONT", "BACK"))
    page.run()
    assert place_of(page, "Description (optional)") == before
    of_back = place_of(page, settled, 1)
    settle_by_person(harness.actions, front, Outcome.NOT_SENT, "Bakkt's support: no trace")
    page.run()
    assert [box.label for box in page.text_input].count(settled) == 1
    assert (place_of(page, settled), place_of(page, "Description (optional)")) == (of_back, before)


def lose_side(harness: ActionHarness, name: str, side: str) -> str:
    """Upload this side of a licence, whose answer is lost; return the id of the action."""
    details = DocumentDetails("DRIVERS_LICENSE", side, "person-1", "USA")
    upload = DocumentUpload(details, FILE, Confirmations(same_file=True))
    receipt = upload_document(harness.actions, name, upload, confirm_key=side)
    assert receipt.record is not None
    return receipt.record.action_id

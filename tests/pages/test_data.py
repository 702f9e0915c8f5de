import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import forget_desk, open_page, page_text, place_of, unfold
from workbench.desk import Desk
from workbench.embedded_sandbox import open_with_sandbox
from workbench.events import HmacSignature
from workbench.settings import Settings
from workbench.store import SetAsideEvent
from workbench.store.records.runs import Failure
from workbench.ui.data.runs import schedule_words
from workbench.ui.frame import notices


def now() -> datetime:
    """The current time at each test, because ages are shown to the hour and the suite runs long."""
    return datetime.now(UTC)


PARTY_EVENT = {
    "requestId": "r-1",
    "partnerPartyRef": "ACC-7",
    "partnerWebhookType": "PARTY_EVENT",
    "partyStatus": "ACTIVE",
}


@pytest.fixture
def sandbox_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk on the embedded sandbox, with its accounts registered but not read."""
    desk, sandbox = open_with_sandbox(Settings(workbench_database=tmp_path / "desk.duckdb", sandbox_accounts=30))
    assert sandbox is not None
    sandbox.import_past_data(desk)
    yield desk
    desk.close()
    sandbox.close()
    forget_desk()


def test_a_fresh_database_asks_for_an_import(empty_desk: Desk) -> None:
    page = open_page("data", empty_desk)
    assert not page.exception
    assert "No accounts yet" in page_text(page)


def test_an_import_says_new_known_blank_and_repeated(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-upload").upload("ids.csv", b'clientAccountId\nA\nB\n""\nB\nC d/e\n')
    submit(page)
    assert "2 new, 1 already known. 1 row without an id, 1 duplicate." in page_text(page)
    assert empty_desk.store.read_rows("data/health")[0]["registered"] == 1
    page.button(key="wb-import-confirm").click().run()
    assert "2 new, 1 already known. 1 row without an id, 1 duplicate." in page_text(page)
    assert "3 of 3 accounts have not been read yet" in page_text(page)


def test_registered_accounts_without_any_event_are_said_so(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    assert "No event has been received yet." in page_text(open_page("data", empty_desk))


def test_a_file_that_cannot_be_used_is_refused_in_words(empty_desk: Desk) -> None:
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-upload").upload("ids.xlsx", b"not a workbook")
    submit(page)
    assert not page.exception
    assert 'role="alert"' in page_text(page)
    assert empty_desk.store.read_rows("data/health")[0]["registered"] == 0


def submit(page: AppTest) -> None:
    """Import the chosen file; the button is shut until the page has seen it."""
    page.run()
    next(button for button in page.button if button.label == "Import").click().run()


@pytest.mark.slow
def test_a_run_started_here_reads_every_account(sandbox_desk: Desk) -> None:
    page = open_page("data", sandbox_desk)
    assert "30 accounts not read from Bakkt yet." in page_text(page)
    page.button(key="wb-sync-due").click().run()
    sandbox_desk.sync.wait(60)
    page.run()
    assert not page.exception
    assert "The last sync read 30 accounts." in page_text(page)
    assert "not read from Bakkt yet" not in page_text(page)
    assert len(page.dataframe[-1].value) == 1


@pytest.mark.slow
def test_while_a_run_is_going_no_second_one_is_offered(sandbox_desk: Desk) -> None:
    with sandbox_desk.sync.busy():
        page = open_page("data", sandbox_desk)
    assert "Starting…" in page_text(page)
    assert not [button for button in page.button if button.label == "Sync due accounts"]


@pytest.mark.slow
def test_while_a_run_is_going_an_unread_account_waits_for_it(sandbox_desk: Desk) -> None:
    sandbox_desk.store.land_registry(["ACC 1/é"], "file")
    page = open_page("customers", sandbox_desk, account="ACC 1/é")
    assert page.button(key="wb-read-one")
    with sandbox_desk.sync.busy():
        page.run()
    assert "Reading from Bakkt, unread accounts first." in page_text(page)
    assert not [button for button in page.button if button.key == "wb-read-one"]


def test_failures_are_listed_with_their_reason(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    empty_desk.store.land_failures(
        "r", [Failure("A", "Bakkt does not know this id", "404", now() - timedelta(hours=1))]
    )
    page = open_page("data", empty_desk)
    assert page.dataframe[0].value["title"].tolist() == ["Bakkt does not know this id"]
    assert "1 account is failing." in page_text(page)


def test_an_archive_is_replayed_and_what_became_of_its_lines_is_said(empty_desk: Desk) -> None:
    line = json.dumps({"received_at": "2026-11-01T09:00:00Z", "body": PARTY_EVENT})
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-archive").upload("archive.jsonl", f"{line}\n{line}\nnonsense\n".encode(), "text/plain")
    page.run()
    replay = next(button for button in page.button if button.label == "Replay")
    replay.click().run()
    assert "1 event imported, 1 duplicate, 0 unreadable." in page_text(page)
    assert "line 3" in page_text(page)
    assert empty_desk.store.read_rows("data/health")[0]["events"] == 1


def test_a_closed_receiver_says_why_and_what_it_turned_away(empty_desk: Desk) -> None:
    empty_desk.receive({}, b"{}")
    page = page_text(open_page("data", empty_desk))
    assert ">Closed<" in page
    assert "WEBHOOK_SCHEME" in page
    assert "1 (receiver closed) in the last 30 days" in page


def test_an_open_receiver_counts_what_came_what_waits_and_what_was_forged(empty_desk: Desk) -> None:
    signature = HmacSignature(("s3cret",))
    empty_desk.receiver.add_authenticator(signature)
    body = json.dumps(PARTY_EVENT).encode()
    empty_desk.receive({name.lower(): value for name, value in signature.sign(body, now()).items()}, body)
    empty_desk.receive({"x-signature": "00"}, body)
    page = page_text(open_page("data", empty_desk))
    assert ">Open<" in page
    assert "WEBHOOK_SCHEME" not in page
    assert "1 since the server started" in page
    assert "1 to be applied, the oldest just now" in page
    assert "in the last 30 days" in page
    empty_desk.background.applier.apply_waiting()
    assert "<dt>Waiting</dt><dd>none</dd>" in page_text(open_page("data", empty_desk))


def test_what_was_set_aside_is_shown_and_can_be_tried_again(empty_desk: Desk) -> None:
    moment = now()
    apart = SetAsideEvent(moment, "the body is not JSON", "h1", None, b"nonsense")
    known = SetAsideEvent(moment, "a kind that nobody knew", "h2", None, json.dumps(PARTY_EVENT).encode())
    empty_desk.store.land_set_aside([apart, known])
    page = open_page("data", empty_desk)
    assert list(page.dataframe[0].value["reason"]) == ["the body is not JSON", "a kind that nobody knew"]
    page.button(key="wb-replay-set-aside").click().run()
    assert "1 processed, 0 duplicates. 1 still unreadable." in page_text(page.run())
    assert list(page.dataframe[0].value["reason"]) == ["the body is not JSON"]


def test_with_nothing_set_aside_no_list_of_it_takes_room(empty_desk: Desk) -> None:
    assert "Unreadable events" not in page_text(open_page("data", empty_desk))


def test_the_schedule_says_when_it_runs_next() -> None:
    assert schedule_words(0, None) == "Automatic sync is off."
    assert schedule_words(15, None) == "Syncs automatically every 15 min, once the server is running."
    soon = datetime.now(UTC) + timedelta(minutes=7)
    assert schedule_words(15, soon) == "Syncs automatically every 15 min, next in 7 min."


def asked(desk: Desk, name: str, content: bytes) -> AppTest:
    page = open_page("data", desk)
    page.file_uploader(key="wb-upload").upload(name, content)
    submit(page)
    assert not page.exception
    return page


def registered(desk: Desk) -> list[str]:
    return sorted(row["client_account_id"] for row in desk.store.read_rows("sync/due", everything=True))


def test_an_import_shows_what_it_understood_and_registers_nothing_before_it_is_confirmed(empty_desk: Desk) -> None:
    page = asked(empty_desk, "ids.csv", b"To watch,\n,\nname,clientAccountId\nAnn,<QA-1>\nBo,NULL\n")
    text = page_text(page)
    assert "ids.csv: 1 id in the column clientAccountId, heading in line 3." in text
    assert "&lt;QA-1&gt;" in text
    assert "counts as blank: line 5" in text
    assert registered(empty_desk) == []
    page.button(key="wb-import-confirm").click().run()
    assert registered(empty_desk) == ["<QA-1>"]
    assert "1 new, 0 already known" in page_text(page)


def test_an_import_that_is_cancelled_registers_nothing(empty_desk: Desk) -> None:
    page = asked(empty_desk, "ids.csv", b"clientAccountId\nQA-1\n")
    page.button(key="wb-import-cancel").click().run()
    assert registered(empty_desk) == []
    assert any(str(one.key).startswith("wb-upload") for one in page.file_uploader)


def test_a_first_line_that_may_be_an_id_is_asked_about_and_read_as_a_person_says(empty_desk: Desk) -> None:
    page = asked(empty_desk, "ids.csv", b"QAA\nQAB\nQAC\n")
    assert "may be a heading or an id" in page_text(page)
    page.selectbox(key="wb-import-first").select(True)
    next(button for button in page.button if button.label == "Read again").click().run()
    assert "2 ids" in page_text(page)
    page.button(key="wb-import-confirm").click().run()
    assert registered(empty_desk) == ["QAB", "QAC"]


def test_an_import_is_taken_back_with_a_reason(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    page = asked(empty_desk, "ids.csv", b"clientAccountId\nA\nwrong\n")
    page.button(key="wb-import-confirm").click().run()
    unfold(page, "wb-taking-out")
    page.selectbox(key="wb-take-back-import").select_index(0)
    take_back = next(button for button in page.button if button.label == "Take this import back")
    take_back.click().run()
    assert "A reason is needed" in page_text(page)
    page.text_input(key="wb-take-back-reason").input("Wrong file")  # the import is still chosen
    next(button for button in page.button if button.label == "Take this import back").click().run()
    assert registered(empty_desk) == ["A"]
    assert "1 id taken out." in page_text(page)
    assert "Wrong file" in page_text(page)


def test_what_was_refused_stays_typed_until_it_is_done(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["ACC-1"], "file")
    page = open_page("data", empty_desk)
    unfold(page, "wb-taking-out")
    page.text_input(key="wb-take-out-id").input("ACC-l")
    page.text_input(key="wb-take-out-reason").input("No customer of ours")
    take_out(page)
    assert "None of these ids is registered" in page_text(page)
    assert [page.text_input(key=key).value for key in TAKE_OUT] == ["ACC-l", "No customer of ours"]
    page.text_input(key="wb-take-out-id").input("ACC-1")
    take_out(page)
    assert registered(empty_desk) == []
    assert [page.text_input(key=key).value for key in TAKE_OUT] == ["", ""]


def test_the_first_import_moves_nothing_of_the_form_beside_it(empty_desk: Desk) -> None:
    """What is typed there and not sent yet would be lost."""
    empty_desk.store.land_registry(["ACC-1"], "file")
    page = open_page("data", empty_desk)
    unfold(page, "wb-taking-out")
    before = place_of(page, "wb-take-out-id")
    asked(empty_desk, "ids.csv", b"clientAccountId\nACC-2\n").button(key="wb-import-confirm").click().run()
    page.run()
    assert page.selectbox(key="wb-take-back-import").options
    assert place_of(page, "wb-take-out-id") == before


TAKE_OUT = ("wb-take-out-id", "wb-take-out-reason")


def take_out(page: AppTest) -> None:
    next(button for button in page.button if button.label == "Take this id out").click().run()


def test_an_id_is_taken_out_and_its_page_says_so(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A", "B"], "file")
    page = open_page("data", empty_desk)
    unfold(page, "wb-taking-out")
    page.text_input(key="wb-take-out-id").input(" A ")
    page.text_input(key="wb-take-out-reason").input("No customer of ours")
    take_out(page)
    assert registered(empty_desk) == ["B"]
    text = page_text(open_page("customers", empty_desk, account="A"))
    assert "This id was taken out of the registry" in text
    assert "No customer of ours" in text


def test_a_message_about_an_import_moves_nothing_below_it_when_it_disappears(
    empty_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = asked(empty_desk, "ids.csv", b"clientAccountId\nACC-2\n").button(key="wb-import-confirm").click().run()
    unfold(page, "wb-taking-out")
    page.run()
    before = place_of(page, "wb-take-out-id")
    assert "1 new" in page_text(page)
    monkeypatch.setattr(notices, "SHOWN_SECONDS", 0.0)
    page.run()
    assert "1 new" not in page_text(page)
    assert place_of(page, "wb-take-out-id") == before

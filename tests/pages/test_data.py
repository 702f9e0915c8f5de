import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ui.screens import forget_desk, open_page, said

from workbench.commands.embedded import open_with_sandbox
from workbench.desk import Desk
from workbench.settings import Settings
from workbench.store.runs import Failure

NOW = datetime.now(UTC)


@pytest.fixture
def sandbox_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk whose Bakkt is the embedded sandbox, its accounts registered and not read yet."""
    desk, sandbox = open_with_sandbox(Settings(workbench_database=tmp_path / "desk.duckdb", sandbox_accounts=30))
    assert sandbox is not None
    sandbox.bring_news(desk)
    yield desk
    desk.close()
    sandbox.close()
    forget_desk()


def test_a_fresh_database_asks_for_an_import(empty_desk: Desk) -> None:
    page = open_page("data", empty_desk)
    assert not page.exception
    assert "No account is registered yet" in said(page)


def test_an_import_says_new_known_blank_and_repeated(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-upload").upload("ids.csv", b'clientAccountId\nA\nB\n""\nB\nC d/e\n')
    submit(page)
    assert "2 new, 1 known already. 1 row without an id, 1 repeat." in said(page)
    assert "3 of 3 accounts were never read" in said(page)


def test_a_file_that_cannot_be_used_is_refused_in_words(empty_desk: Desk) -> None:
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-upload").upload("ids.xlsx", b"not a workbook")
    submit(page)
    assert not page.exception
    assert 'role="alert"' in said(page)
    assert empty_desk.store.read_rows("data/health")[0]["registered"] == 0


def submit(page) -> None:  # type: ignore[no-untyped-def]
    next(button for button in page.button if button.label == "Import").click().run()


def test_a_run_started_here_reads_every_account(sandbox_desk: Desk) -> None:
    page = open_page("data", sandbox_desk)
    page.button(key="wb-sync-due").click().run()
    sandbox_desk.sync.wait(60)
    page.run()
    assert not page.exception
    assert "The last run read 30 accounts." in said(page)
    assert len(page.dataframe[-1].value) == 1


def test_while_a_run_is_going_no_second_one_is_offered(sandbox_desk: Desk) -> None:
    sandbox_desk.sync._one_at_a_time.acquire()
    page = open_page("data", sandbox_desk)
    sandbox_desk.sync._one_at_a_time.release()
    assert "Starting." in said(page)
    assert not [button for button in page.button if button.label == "Read what is due"]


def test_a_run_that_was_started_elsewhere_first_is_refused_in_words(sandbox_desk: Desk) -> None:
    sandbox_desk.store.land_registry(["ACC 1/é"], "file")
    page = open_page("customers", sandbox_desk, account="ACC 1/é")
    sandbox_desk.sync._one_at_a_time.acquire()
    page.button(key="wb-read-one").click().run()
    sandbox_desk.sync._one_at_a_time.release()
    assert "A sync is running already." in said(page)


def test_failures_are_listed_with_their_reason(empty_desk: Desk) -> None:
    empty_desk.store.land_registry(["A"], "file")
    empty_desk.store.land_failures("r", [Failure("A", "Bakkt does not know this id", "404", NOW - timedelta(hours=1))])
    page = open_page("data", empty_desk)
    assert page.dataframe[0].value["title"].tolist() == ["Bakkt does not know this id"]
    assert "1 account failing." in said(page)


def test_an_archive_is_replayed_and_what_became_of_its_lines_is_said(empty_desk: Desk) -> None:
    body = {
        "requestId": "r-1",
        "partnerPartyRef": "ACC-7",
        "partnerWebhookType": "PARTY_EVENT",
        "partyStatus": "ACTIVE",
    }
    line = json.dumps({"received_at": "2026-11-01T09:00:00Z", "body": body})
    page = open_page("data", empty_desk)
    page.file_uploader(key="wb-archive").upload("archive.jsonl", f"{line}\n{line}\nnonsense\n".encode(), "text/plain")
    replay = next(button for button in page.button if button.label == "Replay")
    replay.click().run()
    assert "1 event counted, 1 repeat, 0 set aside." in said(page)
    assert "line 3" in said(page)
    assert empty_desk.store.read_rows("data/health")[0]["events"] == 1

"""What every page shows when the desk could not open."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.screens import forget_desk, open_page, page_text
from workbench.desk import Desk, Intake
from workbench.domain.errors import SettingsError, StoreError, WorkbenchError
from workbench.events import Receiver
from workbench.events.inbox import Inbox
from workbench.events.signatures import Authenticator, HmacSignature
from workbench.store import Store
from workbench.ui.frame.navigation import TITLES
from workbench.ui.frame.shut import KEPT, TRIES_AGAIN
from workbench.ui.live.current_desk import set_desk, set_failure


@pytest.mark.parametrize("name", TITLES)
def test_a_desk_that_could_not_open_says_why_on_every_page(name: str) -> None:
    set_failure(StoreError("desk.duckdb is damaged.", title="The database is damaged", next_step="Restore <a copy>."))
    page = open_page(name)
    forget_desk()
    assert not page.exception
    assert "The database is damaged" in page_text(page)
    assert "Restore &lt;a copy&gt;." in page_text(page)


def shut(path: Path, failure: WorkbenchError, authenticator: Authenticator | None = None) -> str:
    """The home page while a desk is shut and deliveries come to an inbox at this path."""
    inbox = Inbox.beside(path)
    intake = Intake(inbox, Receiver(inbox, authenticator))
    set_failure(failure, intake)
    page = page_text(open_page("backlog"))
    forget_desk()
    intake.close()
    return page


HMAC = HmacSignature(("a-secret-of-the-tests",))
READ_ONLY = StoreError("Read-only.", title="The disk is read-only")


def test_while_the_database_is_shut_the_page_says_that_events_are_kept(tmp_path: Path) -> None:
    page = shut(tmp_path / "w.duckdb", READ_ONLY, HMAC)
    assert KEPT in page
    assert TRIES_AGAIN in page


def test_nothing_is_said_to_be_kept_where_it_is_not(tmp_path: Path) -> None:
    assert KEPT not in shut(tmp_path / "w.duckdb", READ_ONLY)
    (tmp_path / "w.inbox.sqlite").write_bytes(b"no database" * 100)
    assert KEPT not in shut(tmp_path / "w.duckdb", READ_ONLY, HMAC)


def test_what_only_another_start_can_mend_is_not_said_to_be_tried_again(tmp_path: Path) -> None:
    assert TRIES_AGAIN not in shut(tmp_path / "w.duckdb", SettingsError("BAKKT_BASE_URL is wrong."), HMAC)


@pytest.mark.parametrize("name", TITLES)
def test_a_server_without_a_desk_says_how_to_start(name: str) -> None:
    forget_desk()
    assert "make run" in page_text(open_page(name))


@pytest.mark.parametrize("name", TITLES)
def test_a_read_that_fails_shows_its_words_instead_of_a_trace(name: str, empty_desk: Desk) -> None:
    empty_desk.store.close()
    page = open_page(name, empty_desk, account="A")
    assert not page.exception
    assert 'role="alert"' in page_text(page)


@pytest.mark.parametrize("name", TITLES)
def test_practice_and_that_nobody_signs_in_are_said_on_every_page(name: str, seeded_desk: Desk) -> None:
    page = page_text(open_page(name, seeded_desk))
    assert "Invented data from a simulated Bakkt. No customer is real" in page
    assert "Sign-in is off: this machine only" in page


def test_a_sign_that_cannot_be_read_takes_no_page_with_it(seeded_desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Store.read

    def read_all_but_the_sign(store: Store, name: str, **parameters: object) -> pa.Table:
        if name == "data/pulse":
            raise StoreError("Too much at once.", title="Not enough memory for this")
        return read(store, name, **parameters)

    monkeypatch.setattr(Store, "read", read_all_but_the_sign)
    set_desk(seeded_desk)
    page = open_page("verification", seeded_desk)
    assert "must still verify" in page_text(page)
    assert "wb-error" not in page_text(page)

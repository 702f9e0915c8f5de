"""A desk whose files are harmed between a kill and the next start: the events are there, and the rest is told."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.deliveries import SECRET, party_event, raw, signed
from tests.support.facts import ago, poll
from tests.support.harming import FILE_HARMS, INBOX_HARMS, LOG_HARMS
from tests.support.screens import forget_desk, open_page, page_text
from tests.support.tables import select
from workbench.bakkt.client import BakktClient
from workbench.desk import Desk, open_own_desk
from workbench.domain.errors import HarmedFileError
from workbench.settings import Settings, read_settings
from workbench.store import Run

pytestmark = pytest.mark.slow


def no_bakkt(share: float = 1.0) -> BakktClient:
    raise AssertionError("nothing reads Bakkt here")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_in(tmp_path)


def settings_in(folder: Path) -> Settings:
    named = {
        "WORKBENCH_DATABASE": str(folder / "desk.duckdb"),
        "WEBHOOK_SCHEME": "hmac",
        "WEBHOOK_SECRETS": SECRET,
        "WORKBENCH_ACTOR": "Ann",
    }
    return read_settings(named, Path("no-such-file"))


def deliver(desk: Desk, *request_ids: str) -> None:
    for request_id in request_ids:
        body = raw(party_event(request_id, f"A-{request_id}"))
        assert desk.receive(signed(body), body).status_code == 200


def events_of(desk: Desk) -> set[str]:
    desk.background.applier.apply_waiting()
    return {request_id for (request_id,) in select(desk.store, "select request_id from events")}


def die(desk: Desk) -> None:
    """Leave the database's files as ``kill -9`` does; the inbox commits each delivery, so closing it adds nothing."""
    desk.store.database.abandon()
    desk.inbox.close()


@pytest.fixture
def database(settings: Settings, killed: Path) -> Path:
    """A copy of the killed desk."""
    shutil.copytree(killed.parent, settings.workbench_database.parent, dirs_exist_ok=True)
    return settings.workbench_database


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A killed desk: events 1 and 2 are in the file, 3 and 4 in the log alone, 5 and 6 only in the inbox."""
    settings = settings_in(tmp_path_factory.mktemp("killed"))
    desk = open_own_desk(settings, no_bakkt)
    deliver(desk, "1", "2")
    desk.background.applier.apply_waiting()
    desk.background.applier.fold()
    desk.store.land_readings([poll("A-1", ago(5))])
    deliver(desk, "3", "4")
    desk.background.applier.apply_waiting()
    deliver(desk, "5", "6")
    die(desk)
    return settings.workbench_database


@pytest.mark.parametrize("harm", LOG_HARMS)
def test_events_outlive_a_harmed_log(settings: Settings, database: Path, harm: str) -> None:
    LOG_HARMS[harm](database)
    desk = open_own_desk(settings, no_bakkt)
    assert events_of(desk) == {"1", "2", "3", "4", "5", "6"}
    (loss,) = desk.store.read_rows("data/losses")
    assert loss["events_missing"] == 0
    desk.close()


@pytest.mark.parametrize("harm", FILE_HARMS)
def test_events_that_a_lost_file_took_with_it_are_counted(settings: Settings, database: Path, harm: str) -> None:
    FILE_HARMS[harm](database)
    desk = open_own_desk(settings, no_bakkt)
    assert events_of(desk) == {"3", "4", "5", "6"}
    (loss,) = desk.store.read_rows("data/losses")
    assert (loss["events_missing"], loss["accounts_missing"], loss["accounts_to_read"]) == (2, 0, 6)
    desk.close()


@pytest.mark.parametrize("harm", INBOX_HARMS)
def test_events_that_a_lost_inbox_took_with_it_are_counted(settings: Settings, database: Path, harm: str) -> None:
    INBOX_HARMS[harm](database)
    desk = open_own_desk(settings, no_bakkt)
    events = events_of(desk)
    missing = sum(loss["events_missing"] for loss in desk.store.read_rows("data/losses"))
    desk.close()
    assert {"1", "2", "3", "4"} <= events
    assert missing == 6 - len(events)


def test_an_inbox_that_is_lost_twice_tells_each_time_what_it_lost(settings: Settings) -> None:
    """Events 1 to 3 were applied before the first loss, 4 and 5 are only in the inbox at the second."""
    lost = []
    for arriving, is_applied in ((("1", "2", "3"), True), (("4", "5"), False), ((), False)):
        desk = open_own_desk(settings, no_bakkt)
        lost.append(sum(loss["events_missing"] for loss in desk.store.read_rows("data/losses")))
        desk.store.dismiss_losses("Ann", datetime.now(UTC))
        deliver(desk, *arriving)
        if is_applied:
            desk.background.applier.apply_waiting()
        die(desk)
        INBOX_HARMS["inbox gone"](settings.workbench_database)
    assert lost == [0, 0, 2]


def test_events_that_were_set_aside_are_counted_when_they_are_lost(settings: Settings) -> None:
    desk = open_own_desk(settings, no_bakkt)
    deliver(desk, "1", "2")
    unreadable = raw({"kind": "no event"})
    assert desk.receive(signed(unreadable), unreadable).status_code == 200
    desk.background.applier.apply_waiting()
    desk.background.applier.fold()
    assert select(desk.store, "select count(*) from events_set_aside") == [(1,)]
    die(desk)
    FILE_HARMS["database gone"](settings.workbench_database)
    desk = open_own_desk(settings, no_bakkt)
    (loss,) = desk.store.read_rows("data/losses")
    assert loss["events_missing"] == 3
    desk.close()


def test_a_whole_desk_tells_of_no_loss(settings: Settings, database: Path) -> None:
    for _ in range(2):
        desk = open_own_desk(settings, no_bakkt)
        assert events_of(desk) == {"1", "2", "3", "4", "5", "6"}
        assert desk.store.read_rows("data/losses") == []
        assert not desk.store.has_losses
        desk.close()
    assert not list(database.parent.glob("*.harmed-*"))


def test_after_a_clean_stop_the_inbox_holds_nothing_that_was_applied(settings: Settings, database: Path) -> None:
    desk = open_own_desk(settings, no_bakkt)
    events_of(desk)
    desk.close()
    LOG_HARMS["log gone"](database)
    desk = open_own_desk(settings, no_bakkt)
    assert desk.inbox.waiting() == []
    assert len(events_of(desk)) == 6
    assert not desk.store.has_losses
    desk.close()


def test_every_account_is_read_again_after_a_loss(settings: Settings, database: Path) -> None:
    LOG_HARMS["log emptied"](database)
    desk = open_own_desk(settings, no_bakkt)
    due = {row["client_account_id"] for row in desk.store.read_rows("sync/due")}
    (before,) = desk.store.read_rows("data/losses")
    desk.store.land_readings([poll(account, datetime.now(UTC)) for account in due])
    after = desk.store.read_rows("data/losses")
    desk.close()
    assert due == {f"A-{number}" for number in range(1, 7)}
    assert before["accounts_to_read"] == 6
    assert after == []


def test_a_final_account_read_before_the_loss_is_due_again(settings: Settings, database: Path) -> None:
    desk = open_own_desk(settings, no_bakkt)
    desk.store.land_readings([poll("A-1", datetime.now(UTC), request_status="REJECTED")])
    not_due = {row["client_account_id"] for row in desk.store.read_rows("sync/due", final_after_hours=99)}
    desk.store.checkpoint()
    desk.store.land_registry(["B-1"], "file")
    die(desk)
    LOG_HARMS["log emptied"](database)
    desk = open_own_desk(settings, no_bakkt)
    due = {row["client_account_id"] for row in desk.store.read_rows("sync/due", final_after_hours=99)}
    desk.close()
    assert "A-1" not in not_due
    assert "A-1" in due


def test_after_a_loss_the_first_run_does_not_wait(settings: Settings, database: Path) -> None:
    LOG_HARMS["log emptied"](database)
    desk = open_own_desk(settings, no_bakkt)
    desk.store.begin_run(Run("r1", datetime.now(UTC), "due"))
    assert desk.background.schedule.seconds_to_first() == 0
    desk.close()


@pytest.mark.parametrize("page", ["backlog", "customers", "data"])
def test_every_page_tells_what_was_lost_until_it_is_dismissed(settings: Settings, database: Path, page: str) -> None:
    FILE_HARMS["database header zeroed"](database)
    desk = open_own_desk(settings, no_bakkt)
    app = open_page(page, desk)
    told = page_text(app)
    app.button(key="dismiss-losses").click().run()
    after = page_text(app)
    again = page_text(open_page("backlog", desk))
    dismissed = select(desk.store, "select dismissed_by from losses")
    desk.close()
    forget_desk()
    assert not app.exception
    assert "the database file is damaged" in told
    assert "Missing: 2 events." in told
    assert "6 accounts to be read again" in told
    assert "desk.duckdb.harmed-" in told
    assert "Missing" not in after + again
    assert dismissed == [("Ann",)]


def test_doctor_leaves_a_damaged_database_as_it_is(settings: Settings, database: Path) -> None:
    FILE_HARMS["database all noise"](database)
    before = database.read_bytes()
    with pytest.raises(HarmedFileError):
        open_own_desk(settings, no_bakkt, sets_harmed_aside=False)
    assert database.read_bytes() == before

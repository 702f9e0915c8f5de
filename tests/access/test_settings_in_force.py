"""Settings in force: the audit trail names those that changed since the last start, and no value."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.stores import new_store
from workbench.access.acting import machine_user
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.settings_in_force import note_settings
from workbench.settings import Settings, read_settings
from workbench.store import Store


@dataclass
class Starts:
    """Starts of one workbench."""

    store: Store

    def __call__(self, **given: str) -> list[str]:
        """What a start with these settings leaves in the trail."""
        before = len(self.rows())
        settings = read_settings(given, Path("no-such-file"))
        note_settings(KeptAuditTrail(self.store.audit), self.store.audit, settings.as_texts(), Settings.default_texts())
        return [row["about"] for row in self.rows()[before:]]

    def rows(self) -> list[dict[str, str]]:
        return self.store.read_rows("audit/log")[::-1]


@pytest.fixture
def start() -> Iterator[Starts]:
    store = new_store()
    yield Starts(store)
    store.close()


@pytest.mark.slow
def test_the_first_start_names_what_is_not_as_usual_and_the_next_what_changed(start: Starts) -> None:
    assert start(WORKBENCH_ACTOR="Ann", SYNC_INTERVAL_MINUTES="5") == ["SYNC_INTERVAL_MINUTES, WORKBENCH_ACTOR"]
    assert start(WORKBENCH_ACTOR="Ann", SYNC_INTERVAL_MINUTES="5") == []
    assert start(WORKBENCH_ACTOR="Ann", SYNC_INTERVAL_MINUTES="6") == ["SYNC_INTERVAL_MINUTES"]
    assert start() == ["SYNC_INTERVAL_MINUTES, WORKBENCH_ACTOR"]


def test_whoever_started_the_process_did_that(start: Starts) -> None:
    start(WORKBENCH_ACTOR="Ann")
    [row] = start.rows()
    assert (row["subject"], row["person"], row["act"]) == ("command line", machine_user(), "start with other settings")


@pytest.mark.slow
def test_a_secret_that_changed_is_named_and_kept_nowhere(start: Starts) -> None:
    secret = "s3cret-of-nobody-at-all-0123456789"
    given = {"WORKBENCH_URL": "http://127.0.0.1:9", "WORKBENCH_TOKEN": secret}
    assert start(**given) == ["WORKBENCH_TOKEN, WORKBENCH_URL"]
    assert start(**given) == []
    assert start(**given | {"WORKBENCH_TOKEN": secret[::-1]}) == ["WORKBENCH_TOKEN"]
    assert secret not in str(start.rows())
    assert all(secret not in seal and len(seal) == 64 for seal in start.store.audit.read_settings().values())


def test_a_workbench_starts_although_its_trail_cannot_be_written(start: Starts) -> None:
    with start.store.database.writer() as cursor:
        cursor.execute("drop table settings_in_force")
    assert start(WORKBENCH_ACTOR="Ann") == []

"""``audit verify`` on a database file that no workbench has open."""

import shutil
from pathlib import Path

import pytest
from typer.testing import Result

from tests.support.facts import ago, poll
from tests.support.people import person
from tests.support.running import command
from workbench.access.audit_trail import KeptAuditTrail
from workbench.desk import SANDBOX
from workbench.store import Source, Store
from workbench.store.records.audit_files import audit_key_file

HOLDS = "The audit trail is intact: 20 rows, the last is row 20.\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a trail of twenty rows, closed."""
    path = tmp_path_factory.mktemp("audit") / "workbench.duckdb"
    store = Store.open(path, Source(SANDBOX, ""))
    trail = KeptAuditTrail(store.audit)
    for _ in range(20):
        trail.record(person("Ann"), "sync", "", "allowed")
    store.close()
    return path


def verify(database: Path, *options: str) -> Result:
    return command(["audit", "verify", *options], database.parent, {"WORKBENCH_DATABASE": str(database)})


def change(database: Path, sql: str) -> None:
    store = Store.open(database, Source(SANDBOX, ""))
    with store.database.writer() as cursor:
        cursor.execute(sql)
    store.close()


def test_a_trail_that_holds_is_said_and_the_file_is_only_read(database: Path) -> None:
    before = database.read_bytes()
    found = verify(database)
    assert (found.exit_code, found.stdout) == (0, HOLDS)
    assert database.read_bytes() == before


def test_what_was_done_to_rows_is_named_and_the_command_fails(database: Path) -> None:
    change(database, "update audit_trail set outcome = 'refused' where audit_number = 17")
    found = verify(database)
    assert found.exit_code == 1
    first, last = found.stdout.splitlines()
    assert first.startswith("Row 17, ")
    assert first.endswith(": changed")
    assert last == "The audit trail is not intact: 1 finding."
    later = verify(database, "--from", "18")
    assert (later.exit_code, later.stdout.split(":")[0]) == (0, "The audit trail is intact")
    change(database, "update audit_trail set outcome = 'allowed' where audit_number = 17")
    assert verify(database).stdout == HOLDS


def test_without_the_key_the_command_fails_and_says_why(database: Path) -> None:
    key = audit_key_file(database)
    aside = key.rename(key.with_name("aside"))
    found = verify(database)
    aside.rename(key)
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr.startswith("The key of the audit trail is missing.")


def test_a_lost_key_is_replaced_only_when_somebody_says_so(tmp_path: Path, database: Path) -> None:
    own = shutil.copytree(database.parent, tmp_path / "desk") / database.name
    settings = {"WORKBENCH_DATABASE": str(own)}
    assert command(["audit", "new-key"], own.parent, settings).exit_code == 2
    audit_key_file(own).unlink()
    made = command(["audit", "new-key"], own.parent, settings)
    assert (made.exit_code, made.stdout) == (
        0,
        "A new key was made. Keep a copy of it apart from the database's.\n",
    )
    assert verify(own).exit_code == 1
    assert verify(own, "--from", "22").exit_code == 0


def test_without_a_database_the_command_fails(tmp_path: Path) -> None:
    assert verify(tmp_path / "none.duckdb").exit_code == 1


def test_a_number_of_no_row_is_misuse(database: Path) -> None:
    assert verify(database, "--from", "0").exit_code == 2


def test_a_customer_asked_about_on_the_command_line_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "workbench.duckdb"
    store = Store.open(path, Source(SANDBOX, ""))
    store.land_readings([poll("ACC-1", ago(5))])
    store.close()
    settings = {"WORKBENCH_DATABASE": str(path)}
    assert command(["query", "accounts/one", "client_account_id=ACC-1"], tmp_path, settings).exit_code == 0
    store = Store.open(path, Source(SANDBOX, ""))
    assert store.read_rows("audit/log")[0]["about"] == "ACC-1 accounts/one"
    store.close()

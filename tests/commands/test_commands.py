"""The command line: what it prints where, and its exit codes (0 done, 1 failed or not possible now, 2 misuse)."""

import csv
import io
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.support.query_parameters import parameters_of
from tests.support.running import ROOT, RunningSandbox, command, credentials, running_sandbox
from tests.support.stores import put_migrated_file
from tests.support.tables import select
from workbench.cli import ways
from workbench.cli.opening import open_desk_for_command
from workbench.desk import Desk as OpenDesk
from workbench.settings import read_settings
from workbench.store import Source, Store
from workbench.store.engine.catalogue import catalogue

COMMANDS = (
    "serve",
    "import-accounts",
    "take-out-accounts",
    "take-back-import",
    "sync",
    "replay-events",
    "query",
    "queries",
    "doctor",
    "audit",
    "sandbox",
)
SECRET = "S3CRET-of-nobody"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox"), "--accounts", "40", "--seed", "3") as sandbox:
        yield sandbox


@dataclass
class Desk:
    """A folder with its own database, and the command line in it."""

    folder: Path
    sandbox: RunningSandbox
    settings: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.settings = credentials(self.sandbox.address, WORKBENCH_DATABASE=self.database)

    @property
    def database(self) -> Path:
        return self.folder / "desk.duckdb"

    def __call__(self, *arguments: str, **settings: str) -> Result:
        result = command(arguments, self.folder, self.settings | settings)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        assert SECRET not in result.output
        return result

    def file(self, name: str, content: str | bytes) -> str:
        (self.folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return name

    def fill(self) -> None:
        put_migrated_file(self.database)
        registry = self.file("registry.csv", self.sandbox.text("/sandbox/registry.csv"))
        archive = self.file("events.jsonl", self.sandbox.text("/sandbox/events.jsonl"))
        assert self("import-accounts", registry).exit_code == 0
        assert self("sync").exit_code == 0
        assert self("replay-events", archive).exit_code == 0

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads(self("query", *arguments, "--format", "json").stdout)
        return rows


@pytest.fixture
def desk(tmp_path: Path, sandbox: RunningSandbox) -> Iterator[Desk]:
    yield Desk(tmp_path, sandbox)
    sandbox.json("/sandbox/faults", "DELETE")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, sandbox: RunningSandbox) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("filled"), sandbox)
    desk.fill()
    return desk


@pytest.fixture(scope="module")
def open_copy(tmp_path_factory: pytest.TempPathFactory, filled: Desk) -> Iterator[tuple[Desk, OpenDesk]]:
    """A copy of the filled desk, and what commands open on it: opening takes most of the time of a query."""
    copy = Desk(shutil.copytree(filled.folder, tmp_path_factory.mktemp("copy") / "desk"), filled.sandbox)
    opened = open_desk_for_command(read_settings(copy.settings, copy.folder / "no-such-file"))
    yield copy, opened
    opened.close()


@pytest.fixture
def kept_open(open_copy: tuple[Desk, OpenDesk], monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The copy; commands find it open and leave it so."""
    copy, opened = open_copy
    monkeypatch.setattr(ways, "open_desk_for_command", lambda _settings: opened)
    monkeypatch.setattr(OpenDesk, "close", lambda _self: None)
    return copy


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_everywhere(tmp_path: Path, name: str) -> None:
    result = command([name, "--help"], tmp_path, {})
    assert result.exit_code == 0
    assert "Usage" in result.stdout
    assert not (tmp_path / "data").exists()


def test_help_lists_every_command(tmp_path: Path) -> None:
    result = command(["--help"], tmp_path, {})
    assert result.exit_code == 0
    assert all(name in result.stdout for name in COMMANDS)


MISUSE = {
    "nothing": [],
    "an unknown command": ["fly"],
    "an unknown option": ["sync", "--everywhere"],
    "a file that is not there": ["import-accounts", "nowhere.csv"],
    "a folder for a registry": ["import-accounts", "."],
    "an archive that is not there": ["replay-events", "nowhere.jsonl"],
    "a folder for an archive": ["replay-events", "."],
    "no file": ["import-accounts"],
    "all and one": ["sync", "--all", "--account", "A"],
    "an empty account": ["sync", "--account", ""],
    "no query": ["query"],
    "an unknown query": ["query", "accounts/nope"],
    "a query outside the catalogue": ["query", "../../etc/passwd"],
    "an unknown parameter": ["query", "accounts/standing", "colour=blue"],
    "a parameter without a value": ["query", "accounts/search", "term"],
    "a parameter not given": ["query", "verification/expiring"],
    "a parameter of the wrong kind": ["query", "verification/expiring", "hours=soon"],
    "an unknown path": ["query", "funnel/steps", "path=robots"],
    "a date that is none": ["query", "funnel/steps", "path=individual", "since=yesterday"],
    "an unknown format": ["query", "accounts/standing", "--format", "xml"],
    "a port that is none": ["sandbox", "--port", "0"],
    "a speed of nothing": ["sandbox", "--speed", "0"],
}


@pytest.mark.many_cases
@pytest.mark.parametrize("kind", MISUSE)
def test_misuse_ends_with_2_and_says_what_is_wrong(desk: Desk, kind: str) -> None:
    result = desk(*MISUSE[kind])
    assert result.exit_code == 2
    assert result.stderr + result.stdout
    assert kind == "nothing" or result.stdout == ""


def test_a_wrong_registry_file_ends_with_2_and_imports_nothing(desk: Desk) -> None:
    name = desk.file("registry.csv", b"\x89PNG\r\n\x00\x00")
    result = desk("import-accounts", name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert desk.rows("data/health")[0]["registered"] == 0


def test_a_wrong_column_ends_with_2(desk: Desk) -> None:
    name = desk.file("registry.csv", "one,two\nA,B\n")
    result = desk("import-accounts", name, "--column", "three")
    assert result.exit_code == 2
    assert "three" in result.stderr
    assert desk("import-accounts", name, "--column", "two").exit_code == 0


def test_an_import_says_what_became_of_the_rows(desk: Desk) -> None:
    name = desk.file("registry.csv", "clientAccountId,n\nA,1\nB,2\nA,3\n,4\n")
    result = desk("import-accounts", name)
    assert result.exit_code == 0
    assert "2 new, 0 known, 1 blank, 1 duplicate" in result.stdout


@pytest.mark.slow
def test_a_sync_without_failures_ends_with_0(desk: Desk) -> None:
    desk("import-accounts", desk.file("registry.csv", desk.sandbox.text("/sandbox/registry.csv")))
    result = desk("sync")
    assert result.exit_code == 0
    assert "40 of 40 accounts read" in result.stdout
    assert "0 failed" in result.stdout


@pytest.mark.slow
def test_a_sync_with_a_failure_ends_with_1_and_the_failure_is_listed(desk: Desk) -> None:
    desk("import-accounts", desk.file("registry.csv", "clientAccountId\nnobody\n"))
    result = desk("sync")
    assert result.exit_code == 1
    assert "1 failed" in result.stdout
    assert desk.rows("sync/failures")[0]["client_account_id"] == "nobody"


@pytest.mark.slow
def test_a_sync_of_a_document_that_fails_ends_with_1(desk: Desk) -> None:
    desk("import-accounts", desk.file("registry.csv", desk.sandbox.text("/sandbox/registry.csv")))
    fault = {"kind": "status", "status": 404, "operation": "retrieveDocumentMetadata", "count": 1}
    desk.sandbox.json("/sandbox/faults", "POST", fault)
    result = desk("sync")
    assert result.exit_code == 1
    assert len(desk.rows("sync/failures")) == 1


@pytest.mark.slow
@pytest.mark.parametrize("status", [401, 403])
def test_a_sync_that_bakkt_does_not_let_in_ends_with_1(desk: Desk, status: int) -> None:
    desk("import-accounts", desk.file("registry.csv", desk.sandbox.text("/sandbox/registry.csv")))
    desk.sandbox.json("/sandbox/faults", "POST", {"kind": "status", "status": status})
    result = desk("sync", BAKKT_API_KEY="sandbox-key", BAKKT_CONCURRENCY="4")
    assert result.exit_code == 1
    assert f"Stopped: No usable answer 20 times in a row; the last: Bakkt answered {status}" in result.stdout
    assert result.stdout.endswith("What was not read stays due.\n")


@pytest.mark.slow
def test_a_wrong_key_is_never_printed(desk: Desk) -> None:
    desk("import-accounts", desk.file("registry.csv", "clientAccountId\nA\n"))
    result = desk("sync", BAKKT_API_KEY=SECRET)
    assert result.exit_code == 1
    assert "401" in result.stdout


@pytest.mark.slow
def test_a_sync_while_bakkt_is_down_ends_with_1(tmp_path: Path, sandbox: RunningSandbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        desk = Desk(tmp_path, RunningSandbox(f"http://127.0.0.1:{taken.getsockname()[1]}"))
        desk("import-accounts", desk.file("registry.csv", "clientAccountId\nA\nB\nC\n"))
        result = desk("sync")
        assert result.exit_code == 1
        assert "Stopped: No usable answer for 3 of 3; the last: Could not connect to Bakkt. What was" in result.stdout
        assert [row["client_account_id"] for row in desk.rows("sync/due")] == ["A", "B", "C"]
        assert "3 failed" in result.stdout
        doctor = desk("doctor")
    assert doctor.exit_code == 1
    assert "BAD  Bakkt" in doctor.stdout


@pytest.mark.slow
def test_one_account_can_be_read_alone(desk: Desk) -> None:
    name = desk.sandbox.json("/sandbox/truth")[0]["client_account_id"]
    result = desk("sync", "--account", name)
    assert result.exit_code == 0
    assert "1 of 1 accounts read" in result.stdout


def test_an_archive_with_bad_lines_ends_with_1_and_names_them(desk: Desk) -> None:
    good = desk.sandbox.text("/sandbox/events.jsonl").splitlines()[:3]
    result = desk("replay-events", desk.file("events.jsonl", "\n".join([good[0], "{oops", *good[1:]])))
    assert result.exit_code == 1
    assert "Line 2" in result.stderr
    assert "3 events counted" in result.stdout


def test_a_file_that_is_not_an_archive_ends_with_2(desk: Desk) -> None:
    assert desk("replay-events", desk.file("events.jsonl", "hello\nworld\n")).exit_code == 2


HOLD = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@contextmanager
def held_elsewhere(database: Path) -> Iterator[int]:
    """Open the database in another process, as the server would; yield its process id."""
    holder = [sys.executable, "-c", HOLD, str(database)]
    with subprocess.Popen(holder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process.pid
        finally:
            process.communicate("")


def test_a_database_in_use_ends_with_1_and_says_by_whom(desk: Desk) -> None:
    desk.file("a.csv", "clientAccountId\nA\n")
    with held_elsewhere(desk.database) as holder:
        results = [
            desk("query", "accounts/standing"),
            desk("sync"),
            desk("import-accounts", "a.csv"),
            desk("replay-events", "a.csv"),
            desk("doctor"),
        ]
    for result in results:
        assert result.exit_code == 1
        assert f"process {holder}" in result.output
        assert "Data page" in result.output
    assert all(result.stdout == "" for result in results[:-1])


@pytest.mark.slow
def test_the_database_of_another_bakkt_ends_with_1_and_is_left_alone(desk: Desk) -> None:
    desk("import-accounts", desk.file("a.csv", "clientAccountId\nA\n"))
    result = desk("query", "accounts/standing", BAKKT_BASE_URL="http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "WORKBENCH_DATABASE" in result.stderr
    assert desk.rows("data/health")[0]["registered"] == 1


def test_a_damaged_database_ends_with_1_and_is_not_overwritten(desk: Desk) -> None:
    desk.database.write_bytes(b"this is no database" * 1000)
    result = desk("query", "accounts/standing")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "damaged" in result.stderr
    assert desk.database.read_bytes() == b"this is no database" * 1000


@pytest.mark.parametrize("name", catalogue())
def test_every_query_prints_one_json_array_and_nothing_else(kept_open: Desk, name: str) -> None:
    needed = [f"{each}={value}" for each, value in parameters_of(catalogue()[name]).items()]
    result = kept_open("query", name, *needed, "--format", "json")
    assert (result.exit_code, result.stderr) == (0, "")
    rows = json.loads(result.stdout)
    assert isinstance(rows, list)
    for row in rows:
        for column, value in row.items():
            if column.endswith(("_at", "_since")) and value is not None:
                assert value.endswith("Z"), column
                assert datetime.fromisoformat(value).tzinfo is not None
            if column.startswith(("is_", "can_")) and value is not None:
                assert isinstance(value, bool), column


def test_json_holds_all_rows_with_names_in_their_own_script(filled: Desk) -> None:
    rows = filled.rows("accounts/standing")
    assert len(rows) == 40
    assert any(not (row["display_name"] or "").isascii() for row in rows), "choose a seed with an accent in it"
    assert {row["can_trade_crypto"] for row in rows} == {True, False}


def test_csv_has_a_header_and_all_rows(filled: Desk) -> None:
    result = filled("query", "accounts/standing", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert len(rows) == 40
    assert [row["client_account_id"] for row in rows] == [
        row["client_account_id"] for row in filled.rows("accounts/standing")
    ]
    assert {row["can_trade_crypto"] for row in rows} == {"true", "false"}
    assert all(row["standing_since"].endswith("Z") for row in rows)


def test_csv_numbers_below_zero_stay_numbers(filled: Desk) -> None:
    rows = list(csv.DictReader(io.StringIO(filled("query", "backlog/queue", "--format", "csv").stdout)))
    hours = [float(row["hours_overdue"]) for row in rows if row["hours_overdue"]]
    assert min(hours) < 0


def test_a_table_shows_every_row_whole(filled: Desk) -> None:
    result = filled("query", "accounts/standing")
    for row in filled.rows("accounts/standing"):
        assert row["client_account_id"] in result.stdout
        assert row["display_name"] in result.stdout


@pytest.fixture(scope="module")
def secrets(filled: Desk) -> dict[str, set[str]]:
    """By account, the identity numbers and links that the database holds."""
    store = Store.open(filled.database, Source(filled.sandbox.address, filled.settings["BAKKT_PARTNER_ID"]))
    answers = select(store, "select client_account_id, account_json || status_json || documents_json from readings")
    links = select(store, "select client_account_id, verification_url from events where verification_url is not null")
    store.close()
    found: dict[str, set[str]] = {client_account_id: {url} for client_account_id, url in links}
    for client_account_id, answer in answers:
        found.setdefault(client_account_id, set()).update(re.findall(r'"(?:entityT|t)axId":\s*"([^"]{5,})"', answer))
    return found


@pytest.mark.many_cases
@pytest.mark.parametrize("form", ["table", "csv", "json"])
@pytest.mark.parametrize(("query", "shown"), [("accounts/payload", "•••• "), ("accounts/one", "/••••")])
def test_a_query_masks_what_the_account_page_masks_in_every_format(
    kept_open: Desk, secrets: dict[str, set[str]], query: str, shown: str, form: str
) -> None:
    linked = [each for each, hidden in secrets.items() if any(one.startswith("https://") for one in hidden)]
    others = [each for each in secrets if each not in linked]
    shown_accounts = linked[:5] + others[:5]
    printed = "".join(
        kept_open("query", query, f"client_account_id={each}", "--format", form).stdout for each in shown_accounts
    )
    hidden = set().union(*(secrets[each] for each in shown_accounts))
    assert any(secret.startswith("https://") for secret in hidden)
    assert any(not secret.startswith("https://") for secret in hidden)
    assert shown in printed
    assert [secret for secret in hidden if secret in printed] == []


def test_an_empty_answer_is_an_empty_array(desk: Desk) -> None:
    assert desk.rows("accounts/standing") == []


def test_queries_lists_the_whole_catalogue(tmp_path: Path) -> None:
    result = command(["queries"], tmp_path, {})
    assert result.exit_code == 0
    names = {str(path.relative_to(ROOT / "queries").with_suffix("")) for path in (ROOT / "queries").glob("*/*.sql")}
    assert all(f"{name}(" in result.stdout for name in names)


def test_doctor_is_content_with_a_filled_desk(filled: Desk) -> None:
    result = filled("doctor")
    assert result.exit_code == 0
    subjects = [line.split(":")[0].removeprefix("ok").strip() for line in result.stdout.splitlines()]
    assert subjects == ["settings", "database", "inbox", "audit trail", "Bakkt", "last run", "last event"]
    assert "40 accounts" in result.stdout
    assert "sandbox-key" not in result.output


def test_doctor_says_that_nothing_was_done_yet(desk: Desk) -> None:
    result = desk("doctor")
    assert result.exit_code == 0
    assert result.stdout.count("none yet") == 2


def test_doctor_says_that_the_key_is_not_accepted(desk: Desk) -> None:
    result = desk("doctor", BAKKT_API_KEY=SECRET)
    assert result.exit_code == 1
    assert "BAD  Bakkt" in result.stdout
    assert "401" in result.stdout


def test_doctor_says_that_the_last_run_was_stopped(desk: Desk) -> None:
    desk("import-accounts", desk.file("a.csv", "clientAccountId\nA\n"))
    desk("sync", BAKKT_API_KEY=SECRET)
    result = desk("doctor")
    assert result.exit_code == 1
    assert "BAD  last run" in result.stdout


def test_without_credentials_the_sandbox_in_the_process_answers(tmp_path: Path) -> None:
    settings = {"WORKBENCH_DATABASE": str(tmp_path / "desk.duckdb"), "SANDBOX_ACCOUNTS": "12"}
    assert "embedded sandbox" in command(["doctor"], tmp_path, settings).stdout
    result = command(["sync"], tmp_path, settings)
    assert result.exit_code == 0, result.output


def test_nothing_personal_is_on_standard_error(filled: Desk) -> None:
    people = {row["display_name"] for row in filled.rows("accounts/standing")}
    filled.sandbox.json("/sandbox/faults", "POST", {"kind": "status", "status": 422, "probability": 0.3})
    result = filled("sync", "--all")
    filled.sandbox.json("/sandbox/faults", "DELETE")
    assert result.exit_code == 1
    assert not [name for name in people if name and name in result.output]

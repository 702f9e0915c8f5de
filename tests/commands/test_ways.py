"""Commands while a workbench runs on the database: the same answers and exit codes as with the file alone."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from tests.support.running import PATIENCE_SECONDS, command
from tests.support.workbench_server import running_workbench

SETTINGS: dict[str, Any] = {"SANDBOX_ACCOUNTS": "60", "SYNC_INTERVAL_MINUTES": "0", "BAKKT_REQUESTS_PER_SECOND": "5000"}
THROUGH = re.compile(r"Through the workbench that runs at http://127\.0\.0\.1:\d+\.")


class CommandLine:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = SETTINGS | {"WORKBENCH_DATABASE": str(folder / "workbench.duckdb")}

    def __call__(self, *arguments: str) -> Result:
        return command(arguments, self.folder, self.settings)

    def rows(self, name: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = json.loads(self("query", name, "--format", "json").stdout)
        return rows


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    folder = tmp_path_factory.mktemp("ways")
    with running_workbench(folder, **SETTINGS):
        line = CommandLine(folder)
        wait_for_first_sync(line)
        yield line


def wait_for_first_sync(line: CommandLine) -> None:
    """The workbench begins to read the sandbox's accounts as soon as it runs."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not [run for run in line.rows("sync/runs") if run["finished_at"]]:
        assert time.monotonic() < until
        time.sleep(0.5)


@pytest.mark.slow
def test_the_command_line_works_while_the_workbench_runs(desk: CommandLine) -> None:
    examined = desk("doctor")
    assert examined.exit_code == 0
    assert THROUGH.search(examined.stderr)
    assert "BAD" not in examined.stdout
    synced = desk("sync", "--all")
    assert synced.exit_code == 0
    assert "60 of 60 accounts read" in synced.stdout
    assert len(desk.rows("accounts/standing")) == 60
    (desk.folder / "more.csv").write_text("clientAccountId\nmine-1\nmine-2\n", encoding="utf-8")
    imported = desk("import-accounts", "more.csv")
    assert imported.exit_code == 0
    assert imported.stdout.startswith("2 new, 0 known")
    line = {"received_at": "2026-11-01T09:30:00Z", "body": {"clientAccountId": "mine-1"}}
    (desk.folder / "events.jsonl").write_text(json.dumps(line), encoding="utf-8")
    replayed = desk("replay-events", "events.jsonl")
    assert (replayed.exit_code, "0 unreadable lines" in replayed.stdout) == (0, True)
    verified = desk("audit", "verify")
    assert (verified.exit_code, verified.stdout.split(":")[0]) == (0, "The audit trail is intact")
    assert THROUGH.search(verified.stderr)
    published = desk("publish", "copy")
    assert (published.exit_code, published.stdout.split(" accounts published to ")[0]) == (0, "60")
    assert (desk.folder / "copy" / "accounts.parquet").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("query", "funnel/steps", "path=robots"), 2),
        (("query", "accounts/search"), 2),
        (("query", "no/such"), 2),
        (("import-accounts", "odd.csv"), 2),
        (("import-accounts", "picture.csv"), 2),
        (("replay-events", "odd.csv"), 2),
        (("publish", "odd.csv"), 2),
        (("sync", "--account", "nobody"), 1),
    ],
)
def test_exit_codes_and_words_are_those_of_the_file(
    desk: CommandLine, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    alone = CommandLine(tmp_path)
    for folder in (desk.folder, tmp_path):
        (folder / "odd.csv").write_text("hello\nworld\n", encoding="utf-8")
        (folder / "picture.csv").write_bytes(b"\x89PNG\r\n\x00\x00")
    there, here = desk(*arguments), alone(*arguments)
    assert (there.exit_code, here.exit_code) == (code, code)
    if arguments[0] != "sync":
        said = THROUGH.sub("", there.stderr).replace(str(desk.folder), str(tmp_path))
        assert said.strip() == here.stderr.strip()


def test_the_servers_log_has_each_call_and_no_value(desk: CommandLine) -> None:
    assert desk("query", "accounts/search", "term=Zebulon").exit_code == 0
    log = (desk.folder / "server.log").read_text(encoding="utf-8")
    assert re.search(r"^\S+ \S+ this machine GET /api/v1/queries/accounts/search term 200 \d+ ms$", log, re.MULTILINE)
    assert "Zebulon" not in log


@pytest.mark.slow
def test_a_workbench_that_was_killed_is_not_asked(tmp_path: Path) -> None:
    alone = CommandLine(tmp_path)
    told = {"url": "http://127.0.0.1:9", "token": "of-nobody"}
    (tmp_path / "workbench.duckdb.api.json").write_text(json.dumps(told), encoding="utf-8")
    found = alone("query", "data/health", "--format", "json")
    assert (found.exit_code, found.stderr) == (0, "")
    assert json.loads(found.stdout)[0]["registered"] == 0


@pytest.mark.slow
def test_the_file_goes_when_the_workbench_stops(tmp_path: Path) -> None:
    file = tmp_path / "workbench.duckdb.api.json"
    with running_workbench(tmp_path, **SETTINGS):
        assert CommandLine(tmp_path)("query", "data/health").exit_code == 0
        assert file.exists()
    assert not file.exists()

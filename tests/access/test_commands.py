"""Commands that change something leave a row in the audit trail: the machine's user, an admin by the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import Result

from tests.support.running import command
from workbench.access.acting import machine_user

ARCHIVE = {"received_at": "2026-11-01T09:30:00Z", "body": {"clientAccountId": "ACC-1"}}
IMPORT = "import accounts and take them out"
ASKED = {
    "import-accounts": (["import-accounts", "ids.csv"], IMPORT),
    "take-out-accounts": (["take-out-accounts", "ACC-2", "--reason", "A test"], IMPORT),
    "take-back-import": (["take-back-import", "IMPORT", "--reason", "A test"], IMPORT),
    "replay-events": (["replay-events", "events.jsonl"], "replay events"),
    "publish": (["publish", "copy"], "publish a copy"),
}
"""Each command with the act that it is, in the order in which they run."""


class CommandLine:
    """Commands on a database that no workbench has open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "ids.csv").write_text("client_account_id\nACC-1\nACC-2\n", encoding="utf-8")
        (folder / "events.jsonl").write_text(json.dumps(ARCHIVE), encoding="utf-8")

    def __call__(self, *arguments: str) -> Result:
        return command(arguments, self.folder, {"WORKBENCH_DATABASE": str(self.folder / "workbench.duckdb")})

    def rows(self, name: str) -> list[dict[str, object]]:
        rows: list[dict[str, object]] = json.loads(self("query", name, "--format", "json").stdout)
        return rows

    def written_down(self, act: str) -> list[dict[str, object]]:
        return [row for row in self.rows("audit/log") if row["act"] == act]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    made = CommandLine(tmp_path_factory.mktemp("commands"))
    made("import-accounts", "ids.csv")
    return made


@pytest.mark.parametrize("name", ASKED)
def test_a_command_that_changes_something_is_written_down(line: CommandLine, name: str) -> None:
    arguments, act = ASKED[name]
    newest_import = str(line.rows("data/imports")[0]["import_id"])
    before = len(line.written_down(act))
    done = line(*(newest_import if one == "IMPORT" else one for one in arguments))
    assert done.exit_code == 0, done.output
    new = line.written_down(act)[: len(line.written_down(act)) - before]
    assert {(row["subject"], row["person"], row["person_role"], row["outcome"]) for row in new} == {
        ("command line", machine_user(), "admin", "allowed")
    }

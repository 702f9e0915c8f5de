"""Every command is called: it acts as an admin with the machine user's name, and the audit trail says what it did.

Who runs a command reads and writes the database file anyway, so none is refused to anybody.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from typer import Typer

from tests.support.running import command
from workbench.access.acting import command_line, machine_user
from workbench.access.audit_chain import CONTINUED
from workbench.access.policy import Act, Role
from workbench.cli.main import app
from workbench.domain.audit import AuditRow
from workbench.store.records.audit_trail import AuditFile

ARCHIVE = {"received_at": "2026-11-01T09:30:00Z", "body": {"clientAccountId": "ACC-1"}}
SETTINGS = {
    "WORKBENCH_DATABASE": "workbench.duckdb",
    "BAKKT_BASE_URL": "http://127.0.0.1:9",
    "BAKKT_API_KEY": "of-nobody",
    "BAKKT_PARTNER_ID": "of-nobody",
}
"""With a Bakkt that nobody reaches, so that no command needs the sandbox."""


class Called(NamedTuple):
    """How a command is called here, the act that its row names, the code it ends with and a part of what it says."""

    arguments: Sequence[str]
    act: str | None
    code: int = 0
    says: str = ""


def of(words: str, act: str | None, code: int = 0, says: str = "") -> Called:
    return Called(words.split(), act, code, says)


COMMANDS = {
    "sync": of("", Act.SYNC, says="0 of 0 accounts read"),
    "import-accounts": of("ids.csv", Act.IMPORT_ACCOUNTS, says="2 new"),
    "take-out-accounts": of("ACC-2 --reason Test", Act.IMPORT_ACCOUNTS),
    "take-back-import": of("IMPORT --reason Test", Act.IMPORT_ACCOUNTS),
    "replay-events": of("events.jsonl", Act.REPLAY_EVENTS, says="0 unreadable lines"),
    "publish": of("copy", Act.PUBLISH, says="published to"),
    "query": of("data/imports --format json", Act.EXPORT, says="import_id"),
    "queries": of("", None, says="backlog/counts()"),
    "doctor": of("", None, 1, "BAD  Bakkt"),
    "audit verify": of("", None, says="The audit trail is intact"),
    "audit new-key": of("", CONTINUED, says="A new key was made."),
    "serve": of("--address 0.0.0.0", None, 1, "sign-in"),
    "sandbox": of("--speed 0", None, 2, "speed"),
    "notebook": of("", None, 1),
}
"""In the order in which they run. The last three run until somebody stops them: here each ends before it begins, on an
address that others reach, at a speed that there is not, and with a setting that there is not."""


class CommandLine:
    """Commands on a database that no workbench has open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "workbench.duckdb"
        (folder / "ids.csv").write_text("client_account_id\nACC-1\nACC-2\n", encoding="utf-8")
        (folder / "events.jsonl").write_text(json.dumps(ARCHIVE), encoding="utf-8")

    def call(self, name: str) -> tuple[int, str]:
        if name == "audit new-key":
            (self.folder / "workbench.duckdb.audit-key").unlink()
        wrong = {"WORKBENCH_ODD": "of-nobody"} if name == "notebook" else {}
        arguments = [self.first_import() if one == "IMPORT" else one for one in COMMANDS[name].arguments]
        done = command([*name.split(), *arguments], self.folder, {**SETTINGS, **wrong})
        return done.exit_code, done.output

    def first_import(self) -> str:
        """The id of the first import, which its row in the audit trail is about."""
        return next(row.about for row in self.rows() if row.act == Act.IMPORT_ACCOUNTS and row.about)

    def rows(self) -> list[AuditRow]:
        if not self.database.exists():
            return []
        with AuditFile(self.database) as file:
            return list(file.read(0))


def names_of(commands: Typer, before: str = "") -> Iterator[str]:
    """The commands of the app and of those within it."""
    for one in commands.registered_commands:
        yield f"{before}{one.name or (one.callback and one.callback.__name__)}"
    for group in commands.registered_groups:
        if group.typer_instance is not None:
            yield from names_of(group.typer_instance, f"{before}{group.name} ")


def test_every_command_has_its_row_and_may_do_everything() -> None:
    assert set(names_of(app)) == set(COMMANDS)
    assert (command_line("ada").subject, command_line("ada").role) == ("command line", Role.ADMIN)
    assert all(command_line("ada").may(act) for act in Act)


@pytest.mark.slow
def test_each_command_does_its_act_and_is_written_down(tmp_path: Path) -> None:
    line = CommandLine(tmp_path)
    rows: list[AuditRow] = []
    told: dict[str, tuple[int, str, set[str]]] = {}
    for name, expected in COMMANDS.items():
        before = len(rows)
        code, said = line.call(name)
        rows = line.rows()
        told[name] = (code, expected.says if expected.says in said else said, {row.act for row in rows[before:]})
    assert told == {name: (one.code, one.says, {one.act} - {None}) for name, one in COMMANDS.items()}
    assert {(row.subject, row.person, row.role, row.outcome) for row in rows} == {
        ("command line", machine_user(), "admin", "allowed")
    }

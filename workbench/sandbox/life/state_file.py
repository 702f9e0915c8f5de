"""Saves what changed since the sandbox was created in an SQLite file, so that it survives a restart."""

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from workbench.domain.errors import StoreError
from workbench.sandbox.accounts.moments import write_moment
from workbench.sandbox.accounts.state import AccountState, SandboxEvent

_TABLES = """
create table if not exists birth (accounts integer, seed integer, speed real, moment text);
create table if not exists account (client_account_id text primary key, state text not null);
create table if not exists delivery (ordinal integer primary key, received_at text, client_account_id text, body text);
create table if not exists content (document_id text primary key, body blob not null);
"""

_STATE = TypeAdapter(AccountState)

_FORMAT = 1
"""Version of the accounts' fields in the file (``pragma user_version``)."""


@dataclass(frozen=True, slots=True)
class SeedInputs:
    """The inputs that the seeded population is generated from, fixed for the life of the file."""

    accounts: int
    seed: int
    speed: float
    moment: datetime


def _make_file(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        path.chmod(0o600)
    except OSError as failure:
        raise _unusable(path, failure) from failure


def _unusable(path: Path | None, failure: Exception) -> StoreError:
    return StoreError(
        f"{path} cannot be read or written ({failure}).",
        title="Cannot use the sandbox's state",
        next_step="Free disk space, check who owns the file, and that no other sandbox uses it.",
    )


class StateFile:
    """An SQLite file that only its owner can read, or an in-memory database without a path."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            _make_file(path)
        self._is_persistent = path is not None
        self._database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        try:
            self._database.execute("pragma journal_mode = wal")
            self._database.execute("pragma synchronous = normal")
            self._database.executescript(_TABLES)
            self._rename_fields()
        except sqlite3.OperationalError as failure:  # the disk is full or read-only, or another has the file
            self._database.close()
            raise _unusable(path, failure) from failure
        except sqlite3.DatabaseError as failure:
            self._database.close()
            raise StoreError(
                f"{path} is damaged or not a sandbox file.",
                title="Cannot read the sandbox's state",
                next_step="Choose another file, or move this one away to start over.",
            ) from failure

    def _rename_fields(self) -> None:
        """Before format 1 some fields of an account had other names; their order is the same."""
        if self._database.execute("pragma user_version").fetchone()[0] >= _FORMAT:
            return
        names = [field.name for field in fields(AccountState)]
        with self.transaction():
            for account, state in self._database.execute("select client_account_id, state from account").fetchall():
                renamed = json.dumps(dict(zip(names, json.loads(state).values(), strict=True)))
                self._database.execute("update account set state = ? where client_account_id = ?", (renamed, account))
            self._database.execute(f"pragma user_version = {_FORMAT}")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Write as one transaction and commit even after a failure, because the state in memory has already changed."""
        if self._database.in_transaction:
            yield
            return
        self._database.execute("begin")
        try:
            yield
        finally:
            self._database.execute("commit")

    def read_or_store_inputs(self, accounts: int, seed: int, speed: float, moment: datetime) -> SeedInputs:
        """Return the inputs stored in the file; a new file stores the given ones."""
        row = self._database.execute("select accounts, seed, speed, moment from birth").fetchone()
        if row is not None:
            return SeedInputs(row[0], row[1], row[2], datetime.fromisoformat(row[3]))
        self._database.execute("insert into birth values (?, ?, ?, ?)", (accounts, seed, speed, write_moment(moment)))
        return SeedInputs(accounts, seed, speed, moment)

    def save_account(self, account: AccountState) -> None:
        if self._is_persistent:
            state = _STATE.dump_json(account).decode()
            self._database.execute("insert or replace into account values (?, ?)", (account.client_account_id, state))

    def save_event(self, sent: SandboxEvent) -> None:
        if self._is_persistent:
            row = (write_moment(sent.received_at), sent.client_account_id, sent.text)
            self._database.execute("insert into delivery (received_at, client_account_id, body) values (?, ?, ?)", row)

    def save_content(self, document_id: str, body: bytes) -> None:
        self._database.execute("insert or replace into content values (?, ?)", (document_id, body))

    def read_accounts(self) -> Iterator[AccountState]:
        for (state,) in self._database.execute("select state from account order by rowid"):
            yield _STATE.validate_json(state)

    def read_events(self) -> list[SandboxEvent]:
        rows = self._database.execute("select received_at, client_account_id, body from delivery order by ordinal")
        return [SandboxEvent(datetime.fromisoformat(moment), name, body) for moment, name, body in rows]

    def count_events(self) -> int:
        count: int = self._database.execute("select count(*) from delivery").fetchone()[0]
        return count

    def read_content(self, document_id: str) -> bytes:
        row = self._database.execute("select body from content where document_id = ?", (document_id,)).fetchone()
        return bytes(row[0])

    def close(self) -> None:
        self._database.close()

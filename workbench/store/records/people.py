"""The people who signed in, and their sessions. No page follows what is written here: nothing of it is news."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import duckdb

from workbench.domain.moments import aware, naive
from workbench.store.engine.database import Database


class Ended(StrEnum):
    """How a session ended."""

    IDLE = "idle"
    HOURS = "hours"
    SIGNED_OUT = "signed_out"
    BY_ADMIN = "by_admin"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of a person, until it ends."""

    key: str
    subject: str
    began_at: datetime
    last_act_at: datetime
    ended: Ended | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The tables of people and sessions."""

    database: Database

    def find_session(self, key: str) -> Session | None:
        with self.database.reader() as cursor:
            found = cursor.execute(
                "select session_key, subject, began_at, last_act_at, ended_as from sign_in_sessions "
                "where session_key = $key",
                {"key": key},
            ).fetchone()
        return None if found is None else _session(found)

    def open_sessions_of(self, subject: str) -> list[Session]:
        with self.database.reader() as cursor:
            found = cursor.execute(
                "select session_key, subject, began_at, last_act_at, ended_as from sign_in_sessions "
                "where subject = $subject and ended_at is null",
                {"subject": subject},
            ).fetchall()
        return [_session(row) for row in found]

    def removed_subjects(self) -> set[str]:
        with self.database.reader() as cursor:
            found = cursor.execute("select subject from people where removed_at is not null").fetchall()
        return {subject for (subject,) in found}

    def begin_session(self, session: Session, name: str, role: str) -> None:
        now = session.began_at
        with self.database.writer(is_news=False) as cursor:
            _see(cursor, session.subject, name, role, now)
            cursor.execute(
                "insert into sign_in_sessions values ($key, $subject, $now, $now, null, null, null)",
                {"key": session.key, "subject": session.subject, "now": naive(now)},
            )

    def note_act(self, session: Session) -> bool:
        """Saves when the person did something last; False without waiting while somebody else writes."""
        with self.database.alone_if_free() as is_free:
            if is_free:
                self._save_act(session)
        return is_free

    def _save_act(self, session: Session) -> None:
        at = naive(session.last_act_at)
        with self.database.writer(is_news=False) as cursor:
            _run(cursor, "update sign_in_sessions set last_act_at = $at where session_key = $key", session.key, at)
            _run(cursor, "update people set last_seen_at = $at where subject = $key", session.subject, at)

    def end_session(self, session: Session, ended: Ended, at: datetime, ended_by: str = "") -> Session:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "update sign_in_sessions set last_act_at = $last_act_at, ended_at = $at, ended_as = $ended, "
                "ended_by = nullif($ended_by, '') where session_key = $key and ended_at is null",
                {
                    "key": session.key,
                    "last_act_at": naive(session.last_act_at),
                    "at": naive(at),
                    "ended": ended,
                    "ended_by": ended_by,
                },
            )
        return replace(session, ended=ended)

    def remove(self, subject: str, at: datetime, removed_by: str) -> None:
        self._set_removal(subject, {"at": naive(at), "by": removed_by})

    def let_in_again(self, subject: str) -> None:
        self._set_removal(subject, {"at": None, "by": None})

    def _set_removal(self, subject: str, removal: Mapping[str, object]) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "update people set removed_at = $at, removed_by = $by where subject = $subject",
                {"subject": subject, **removal},
            )


def _see(cursor: duckdb.DuckDBPyConnection, subject: str, name: str, role: str, now: datetime) -> None:
    """The person as the last sign-in said, and when they were first and last seen."""
    seen = {"subject": subject, "name": name, "role": role, "now": naive(now)}
    known = cursor.execute(
        "update people set person_name = $name, role = $role, last_seen_at = $now where subject = $subject "
        "returning subject",
        seen,
    ).fetchone()
    if known is None:
        cursor.execute("insert into people values ($subject, $name, $role, $now, $now, null, null)", seen)


def _run(cursor: duckdb.DuckDBPyConnection, statement: str, key: str, at: datetime) -> None:
    cursor.execute(statement, {"key": key, "at": at})


def _session(row: tuple[str, str, datetime, datetime, str | None]) -> Session:
    key, subject, began_at, last_act_at, ended = row
    return Session(key, subject, aware(began_at), aware(last_act_at), Ended(ended) if ended else None)

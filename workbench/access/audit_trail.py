"""The audit trail of one desk: written before an act is done, and checked on demand."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from pathlib import Path

from workbench.access.acting import AuditOutcome, Person, the_workbench
from workbench.access.audit_chain import (
    CONTINUED,
    NEW_KEY,
    NO_HEAD,
    OLD_HEAD,
    OTHER_HEAD,
    Finding,
    find_faults,
    head_of,
    is_genuine,
    seal_of_value,
    seal_row,
)
from workbench.domain.audit import AuditHead, AuditRow
from workbench.domain.errors import InputError, StoreError, WorkbenchError
from workbench.domain.moments import naive
from workbench.domain.words import count, plural
from workbench.store.records.audit_files import AuditFiles
from workbench.store.records.audit_trail import AuditFile, AuditRecords

MOST_FINDINGS = 20
_A_MOMENT = timedelta(microseconds=1)
_EARLIEST = naive(datetime(2000, 1, 1, tzinfo=UTC))


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Waiting:
    """What is to be written, until it is or cannot be."""

    subject: str
    person: str
    role: str
    act: str
    about: str
    outcome: str
    is_written: bool = False
    error: Exception | None = None


def _waiting(person: Person, act: str, about: str, outcome: str) -> _Waiting:
    return _Waiting(person.subject, person.name, person.role_in_words, str(act), about, str(outcome))


@dataclass(frozen=True, slots=True)
class _End:
    """Where the trail ends: the next row follows this one."""

    key: bytes
    number: int
    seal: str
    written_at: datetime


class KeptAuditTrail:
    """Writes rows to the database. Thread-safe: rows that wait at the same time are written in one commit.

    A row is on disk before ``record`` returns, and the head after it.
    """

    def __init__(self, records: AuditRecords, now: Callable[[], datetime] = _utc_now) -> None:
        self._records = records
        self._now = now
        self._waiting: list[_Waiting] = []
        self._waiting_lock = threading.Lock()
        self._end: _End | None = None
        self._head_is_behind = False

    def record(self, person: Person, act: str, about: str, outcome: str) -> None:
        """Writes one row. ``about`` is an id or a name of ours, never personal data. Raises StoreError."""
        self._write(_waiting(person, act, about, outcome))

    def begin_again(self, person: Person) -> None:
        """Goes on with a new key where the old one is lost: rows before can be checked no more, which a row tells.

        Raises InputError if the key is in its place, StoreError.
        """
        with self._records.alone():
            last, head = self._records.read_last(), self._records.files.read_head()
            if self._records.files.read_key() is not None:
                raise InputError(f"{self._records.files.key_name} is in its place. Nothing was changed.")
            number, seal = (last.number, last.seal) if last is not None else (0, "")
            key = self._records.files.make_key()
            self._records.files.write_head(head_of(key, max(number, head.number if head is not None else 0), seal))
            self._records.files.keep_key(key)
            self._end = None
            self.record(person, CONTINUED, NEW_KEY, AuditOutcome.ALLOWED)

    def seal_of(self, value: str) -> str:
        """A keyed hash, to see later whether a value is the same. Raises StoreError."""
        with self._records.alone():
            end = self._end if self._end is not None else self._find_end()[0]
        return seal_of_value(end.key, value)

    def _write(self, mine: _Waiting) -> None:
        with self._waiting_lock:
            self._waiting.append(mine)
        with self._records.alone():
            if not mine.is_written and mine.error is None:
                self._write_waiting()
        if mine.error is not None:
            raise _not_written(mine.error) from mine.error

    def _write_waiting(self) -> None:
        with self._waiting_lock:
            taken, self._waiting = self._waiting, []
        try:
            self._commit(taken)
        except Exception as error:  # noqa: BLE001 -- each of those who wait must learn that nothing was written
            self._end = None  # what reached the database is read again
            for one in taken:
                one.error = error
        else:
            for one in taken:
                one.is_written = True

    def _commit(self, taken: Sequence[_Waiting]) -> None:
        end, notice = (self._end, "") if self._end is not None else self._find_end()
        if self._head_is_behind:
            self._keep_head(end)
        moment = max(naive(self._now()), end.written_at + _A_MOMENT)
        told = [_waiting(the_workbench(), CONTINUED, notice, AuditOutcome.ALLOWED)] if notice else []
        rows = list(_sealed([*told, *taken], end, moment))
        self._records.append(rows)
        self._end = _End(end.key, rows[-1].number, rows[-1].seal, moment)
        self._keep_head(self._end)

    def _keep_head(self, end: _End) -> None:
        self._head_is_behind = True
        self._records.files.write_head(head_of(end.key, end.number, end.seal))
        self._head_is_behind = False

    def _find_end(self) -> tuple[_End, str]:
        """Where the trail ends, and what the next row tells if that is not sure.

        Rows that the head names and that are gone leave a gap in the numbers for ever. A head that lacks the last
        commit is that of a process which was killed.
        """
        last, head = self._records.read_last(), self._records.files.read_head()
        key = self._records.files.read_key()
        if key is None:
            key = _begin(self._records, last, head)
            head = self._records.files.read_head()
        number, seal = (last.number, last.seal) if last is not None else (0, "")
        written_at = last.happened_at if last is not None else _EARLIEST
        if head is None or not is_genuine(key, head):
            return _End(key, number, seal, written_at), NO_HEAD if head is None else OTHER_HEAD
        is_old = head.number < number and self._records.count_commits_after(head.number) > 1
        is_other = head.number == number and head.seal != seal
        return (
            _End(key, max(number, head.number), seal, written_at),
            OLD_HEAD if is_old else OTHER_HEAD if is_other else "",
        )


def _begin(records: AuditRecords, last: AuditRow | None, head: AuditHead | None) -> bytes:
    """A key for a trail without rows. The head is written before it: without a head, a key tells of rows.

    Raises StoreError if there are rows, or the head or the database tells that there were.
    """
    files = records.files
    if _had_rows(last, head) or records.shows_recorded_work():
        raise no_key(files)
    key = files.make_key()
    files.write_head(head_of(key, 0, ""))
    files.keep_key(key)
    return key


def _had_rows(last: AuditRow | None, head: AuditHead | None) -> bool:
    return last is not None or (head is not None and head.number > 0)


def read_last_row(records: AuditRecords) -> AuditRow | None:
    """The last row, if the trail can go on from there. Raises StoreError if its key is lost."""
    last, files = records.read_last(), records.files
    if files.read_key() is None and (_had_rows(last, files.read_head()) or records.shows_recorded_work()):
        raise no_key(files)
    return last


def no_key(files: AuditFiles) -> StoreError:
    return StoreError(
        f"{files.key_name} is gone from its place beside the database, which shows that rows were sealed with it. No "
        "new key is made, as that would hide what became of them.",
        title="The key of the audit trail is missing",
        next_step="Put the file back from a backup. If it is lost for good: `audit new-key`, while no workbench runs.",
    )


def _sealed(waiting: Iterable[_Waiting], end: _End, moment: datetime) -> Iterator[AuditRow]:
    number, seal = end.number, end.seal
    for one in waiting:
        number += 1
        row = AuditRow(number, moment, one.subject, one.person, one.role, one.act, one.about, one.outcome)
        sealed = seal_row(end.key, row, seal)
        seal = sealed.seal
        yield sealed


def _not_written(error: Exception) -> StoreError:
    """Why nothing was done. An error of ours says it in its own words."""
    cause = error if isinstance(error, WorkbenchError) else StoreError(f"It broke off ({type(error).__name__}).")
    return StoreError(
        f"This could not be written into the audit trail, so it was not done. {cause.message}",
        title="The audit trail cannot be written",
        next_step=cause.next_step,
    )


@dataclass(frozen=True, slots=True)
class Check:
    """Whether the trail holds, from row ``since`` to ``rows`` rows later, and what is wrong with it."""

    rows: int
    last_number: int
    findings: tuple[Finding, ...]
    has_more: bool = False

    @property
    def holds(self) -> bool:
        return not self.findings

    @property
    def sentence(self) -> str:
        if not self.holds:
            more = " and more" if self.has_more else ""
            return f"The audit trail is not intact: {plural(len(self.findings), 'finding')}{more}."
        if not self.rows:
            return "The audit trail is empty."
        return f"The audit trail is intact: {plural(self.rows, 'row')}, the last is row {count(self.last_number)}."


def check_trail(records: AuditRecords, since: int = 1) -> Check:
    """Checks the trail of a database that is open here, up to the last row of this moment. Raises StoreError."""
    with records.alone():
        head, last = records.files.read_head(), records.read_last()
    until = last.number if last is not None else 0
    rows = records.read(max(since - 1, 0), until)
    return _check(records.files, head, rows, since, shows_work=records.shows_recorded_work())


def check_file(path: Path, since: int = 1) -> Check:
    """Checks the trail in a database file that no workbench has open. Raises StoreError."""
    with AuditFile(path) as file:
        shows_work = file.shows_recorded_work()
        return _check(file.files, file.files.read_head(), file.read(max(since - 1, 0)), since, shows_work=shows_work)


def _check(
    files: AuditFiles, head: AuditHead | None, rows: Iterator[AuditRow], since: int, *, shows_work: bool
) -> Check:
    first = next(rows, None)
    key = files.read_key()
    if key is None:
        if _had_rows(first, head) or shows_work:
            raise no_key(files)
        return Check(0, 0, ())
    counted = _Counted(chain([first] if first else [], rows))
    found = list(islice(find_faults(counted, key, head, since), MOST_FINDINGS + 1))
    shown = tuple(found[:MOST_FINDINGS])
    return Check(counted.rows, counted.last_number, shown, has_more=len(found) > MOST_FINDINGS)


class _Counted:
    """Rows, counted as they are taken."""

    def __init__(self, rows: Iterable[AuditRow]) -> None:
        self._rows = rows
        self.rows = 0
        self.last_number = 0

    def __iter__(self) -> Iterator[AuditRow]:
        for row in self._rows:
            self.rows += 1
            self.last_number = row.number
            yield row

"""The chain of the audit trail: how rows are sealed, and what is wrong with rows that do not fit.

Each row has two seals, HMAC-SHA256 with one key. The seal of the row alone is of what it says, and of that with its
number, which tells a changed row from one that was moved. The other also binds it to the row before.
"""

import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from workbench.domain.audit import AuditHead, AuditRow
from workbench.domain.words import plural

CONTINUED = "continue the audit trail"
"""The act of a row that the workbench writes itself, when it could not tell that the trail was whole before it."""
NO_HEAD, OLD_HEAD, OTHER_HEAD = "without its head file", "with an older head file", "with another head file"
NEW_KEY = "with a new key"
"""What such a row is about."""
_SHORT_SEAL = 16


class Fault(StrEnum):
    """What became of rows."""

    CHANGED = "changed"
    REMOVED = "removed"
    MOVED = "moved"
    REINSERTED = "re-inserted"
    ADDED = "added by somebody else"
    CUT_OFF = "cut off"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong, in words for an officer."""

    number: int
    words: str


def seal_row(key: bytes, row: AuditRow, before: str) -> AuditRow:
    """The row with its seals; ``before`` is the seal of the row before, empty for the first."""
    content = _content(row)
    row_seal = _content_seal(key, content) + _place_seal(key, row.number, content)
    return replace(row, row_seal=row_seal, seal=_seal(key, row.number, content, before))


def head_of(key: bytes, number: int, seal: str) -> AuditHead:
    return AuditHead(number, seal, _digest(key, f"head {number} {seal}"))


def is_genuine(key: bytes, head: AuditHead) -> bool:
    return hmac.compare_digest(head.proof, head_of(key, head.number, head.seal).proof)


def seal_of_value(key: bytes, value: str) -> str:
    return _digest(key, "value", value.encode())


def find_faults(rows: Iterable[AuditRow], key: bytes, head: AuditHead | None, since: int = 1) -> Iterator[Finding]:
    """What is wrong with rows that come by number; the row before ``since``, if it comes too, is taken as it is."""
    if head is not None and not is_genuine(key, head):
        yield Finding(0, "The head file was changed, or the key is not the one that the rows were sealed with")
        head = None
    elif head is None:
        yield Finding(0, "The head file is gone or damaged: whether the last rows were cut off is unknown")
    chain = _Chain(key, head, since)
    for row in rows:
        yield from chain.find_faults_at(row)
    yield from chain.find_faults_at_end()


def _content(row: AuditRow) -> bytes:
    moment = row.happened_at.isoformat(timespec="microseconds")
    values = [moment, row.subject, row.person, row.role, row.act, row.about, row.outcome]
    return json.dumps(values, separators=(",", ":")).encode()


def _content_seal(key: bytes, content: bytes) -> str:
    return _digest(key, "row", content)[:_SHORT_SEAL]


def _place_seal(key: bytes, number: int, content: bytes) -> str:
    return _digest(key, f"place {number}", content)[:_SHORT_SEAL]


def _seal(key: bytes, number: int, content: bytes, before: str) -> str:
    return _digest(key, f"chain {number} {before}", content)


def _digest(key: bytes, kind: str, content: bytes = b"") -> str:
    return hmac.digest(key, f"{kind}\n".encode() + content, "sha256").hex()


class _Chain:
    """Follows the rows one by one, keeping the last, and the last that was whole: its position is one of ours."""

    def __init__(self, key: bytes, head: AuditHead | None, since: int) -> None:
        self._key = key
        self._head = head
        self._since = since
        self._last: AuditRow | None = None
        self._last_is_whole = True
        self._placed: AuditRow | None = None
        self._run_begins = since
        self._changed: tuple[AuditRow, AuditRow] | None = None
        self._commits_after_head: set[datetime] = set()

    def find_faults_at(self, row: AuditRow) -> Iterator[Finding]:
        last = self._last
        if row.number < self._since:
            self._go_on(row, is_whole=True)
            return
        if last is not None and row.number == last.number:
            yield _finding(Fault.REINSERTED, row)
            return
        expected = self._since if last is None else last.number + 1
        content = _content(row)
        is_chained = self._is_chained(row, content)
        has_before = last is not None or self._since == 1
        must_be_chained = has_before and self._last_is_whole and row.number == expected
        fault = self._fault_of(row, content, is_chained=is_chained or not must_be_chained)
        if fault is not Fault.CHANGED or row.number > expected:
            yield from self._told_changed()
        if row.number > expected:
            yield _gap(Fault.CUT_OFF if is_chained else Fault.REMOVED, expected, row.number - 1, last, row)
        if fault is None and self._placed is not None and row.position < self._placed.position:
            yield self._reinserted(self._placed)
        if fault is Fault.CHANGED:
            self._changed = (self._changed[0] if self._changed else row, row)
        elif fault is not None:
            yield _finding(fault, row)
        elif row.act == CONTINUED:
            yield _continued(row)
        yield from self._compare_with_head(row)
        self._go_on(row, is_whole=fault is None)

    def _told_changed(self) -> Iterator[Finding]:
        """Rows that were changed one after the other, in one finding: with another key, all of them are."""
        if self._changed is not None:
            first, last = self._changed
            self._changed = None
            yield _finding(Fault.CHANGED, first) if first is last else _changed_rows(first, last)

    def _is_chained(self, row: AuditRow, content: bytes) -> bool:
        before = self._last.seal if self._last is not None else ""
        return hmac.compare_digest(row.seal, _seal(self._key, row.number, content, before))

    def _fault_of(self, row: AuditRow, content: bytes, *, is_chained: bool) -> Fault | None:
        is_after_head = self._head is not None and row.number > self._head.number
        if not hmac.compare_digest(row.row_seal[:_SHORT_SEAL], _content_seal(self._key, content)):
            return Fault.ADDED if is_after_head else Fault.CHANGED
        if not hmac.compare_digest(row.row_seal[_SHORT_SEAL:], _place_seal(self._key, row.number, content)):
            return Fault.REINSERTED if is_after_head else Fault.MOVED
        return None if is_chained else Fault.CHANGED

    def _reinserted(self, last: AuditRow) -> Finding:
        """The rows up to the last one stand behind rows that were written after them."""
        first = self._run_begins
        words = _numbers(first, last.number) if first < last.number else _row_words(last)
        return Finding(first, f"{words}: {Fault.REINSERTED}")

    def _compare_with_head(self, row: AuditRow) -> Iterator[Finding]:
        if self._head is None or row.number < self._head.number:
            return
        if row.number > self._head.number:
            self._commits_after_head = {row.happened_at, *list(self._commits_after_head)[:1]}
        elif row.seal != self._head.seal:
            yield Finding(row.number, f"{_row_words(row)}: not the row that the head file names")

    def _go_on(self, row: AuditRow, *, is_whole: bool) -> None:
        self._last, self._last_is_whole = row, is_whole
        if is_whole:
            if self._placed is None or row.position != self._placed.position + 1:
                self._run_begins = row.number
            self._placed = row

    def find_faults_at_end(self) -> Iterator[Finding]:
        yield from self._told_changed()
        last = self._last.number if self._last is not None else 0
        if self._head is None:
            return
        if self._head.number > last and self._head.number >= self._since:
            yield _gap(Fault.CUT_OFF, max(last + 1, self._since), self._head.number, self._last, None)
        elif len(self._commits_after_head) > 1:
            words = f"The head file is an older one: it names row {self._head.number} of {last}"
            yield Finding(last, f"{words}, and rows after row {last} may have been cut off")


def _finding(fault: Fault, row: AuditRow) -> Finding:
    return Finding(row.number, f"{_row_words(row)}: {fault}")


def _changed_rows(first: AuditRow, last: AuditRow) -> Finding:
    when = f"{_moment(first.happened_at)} to {_moment(last.happened_at)}"
    return Finding(first.number, f"{_numbers(first.number, last.number)}, {when}: {Fault.CHANGED}")


def _row_words(row: AuditRow) -> str:
    return f"Row {row.number}, {_moment(row.happened_at)}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _numbers(first: int, last: int) -> str:
    return f"Row {first}" if first == last else f"Rows {first} to {last} ({plural(last - first + 1, 'row')})"


def _gap(fault: Fault, first: int, last: int, before: AuditRow | None, after: AuditRow | None) -> Finding:
    """Rows that are missing, and when they were written, as far as their neighbours tell."""
    if before is not None and after is not None:
        when = f", between {_moment(before.happened_at)} and {_moment(after.happened_at)}"
    elif before is not None:
        when = f", after {_moment(before.happened_at)}"
    else:
        when = f", before {_moment(after.happened_at)}" if after is not None else ""
    return Finding(first, f"{_numbers(first, last)}{when}: {fault}")


def _continued(row: AuditRow) -> Finding:
    words = f"the workbench continued {row.about}, so rows before this one may have been cut off or changed"
    return Finding(row.number, f"{_row_words(row)}: {words}")

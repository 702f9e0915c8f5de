"""The chain of the audit trail: what each way to tamper with rows is called."""

import hashlib
import hmac
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from workbench.access.audit_chain import CONTINUED, NO_HEAD, find_faults, head_of, seal_row
from workbench.domain.audit import AuditHead, AuditRow
from workbench.domain.moments import naive

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
NOON = naive(datetime(2026, 11, 28, 12, tzinfo=UTC))
Rows = list[AuditRow]


def written(number: int, act: str = "request a link") -> AuditRow:
    moment = NOON + timedelta(minutes=number)
    return AuditRow(number, moment, "sub-1", "Ann", "agent", act, f"A-{number}", "allowed", position=number - 1)


def trail(length: int = 20, acts: dict[int, str] | None = None) -> Rows:
    rows: Rows = []
    for number in range(1, length + 1):
        row = written(number, (acts or {}).get(number, "request a link"))
        rows.append(seal_row(KEY, row, rows[-1].seal if rows else ""))
    return rows


def head_at(rows: Rows) -> AuditHead:
    return head_of(KEY, rows[-1].number, rows[-1].seal)


def words(rows: Rows, head: AuditHead | None, since: int = 1) -> list[str]:
    by_number = sorted(rows, key=lambda row: (row.number, row.position))
    return [one.words for one in find_faults(by_number, KEY, head, since)]


def test_whole_rows_have_no_fault() -> None:
    assert words(trail(), head_at(trail())) == []
    assert words([], head_of(KEY, 0, "")) == []


def test_the_seals_are_keyed_hashes_that_anybody_with_the_key_can_compute() -> None:
    first, second = trail(2)
    content = '["2026-11-28T12:02:00.000000","sub-1","Ann","agent","request a link","A-2","allowed"]'

    def digest(kind: str) -> str:
        return hmac.new(KEY, f"{kind}\n{content}".encode(), hashlib.sha256).hexdigest()

    assert second.row_seal == digest("row")[:16] + digest("place 2")[:16]
    assert second.seal == digest(f"chain 2 {first.seal}")


FIELDS: dict[str, object] = {
    "happened_at": NOON,
    "subject": "sub-2",
    "person": "Bob",
    "role": "admin",
    "act": "see a verification link",
    "about": "A-99",
    "outcome": "refused",
    "row_seal": "0" * 32,
    "seal": "0" * 64,
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_changed_row_is_named_alone(name: str) -> None:
    rows = trail()
    rows[16] = replace(rows[16], **{name: FIELDS[name]})  # type: ignore[arg-type]
    [found] = words(rows, head_at(trail()))
    moment = "12:00" if name == "happened_at" else "12:17"
    assert found == f"Row 17, 2026-11-28 {moment}: changed"


def test_a_row_changed_with_all_its_seals_is_named_alone() -> None:
    rows = trail()
    rows[16] = seal_row(OTHER_KEY, replace(rows[16], person="Bob"), rows[15].seal)
    assert words(rows, head_at(trail())) == ["Row 17, 2026-11-28 12:17: changed"]


def test_rows_that_were_changed_one_after_the_other_are_named_in_one_line() -> None:
    rows = [replace(row, person="Bob") if 5 <= row.number <= 7 or row.number == 9 else row for row in trail()]
    assert words(rows, head_at(trail())) == [
        "Rows 5 to 7 (3 rows), 2026-11-28 12:05 to 2026-11-28 12:07: changed",
        "Row 9, 2026-11-28 12:09: changed",
    ]


def test_a_gap_parts_rows_that_were_changed() -> None:
    rows = [replace(row, person="Bob") if row.number in {5, 7} else row for row in trail() if row.number != 6]
    assert words(rows, head_at(trail())) == [
        "Row 5, 2026-11-28 12:05: changed",
        "Row 6, between 2026-11-28 12:05 and 2026-11-28 12:07: removed",
        "Row 7, 2026-11-28 12:07: changed",
    ]


def test_a_removed_row_is_named_with_its_neighbours_moments() -> None:
    rows = trail()
    del rows[16]
    assert words(rows, head_at(trail())) == ["Row 17, between 2026-11-28 12:16 and 2026-11-28 12:18: removed"]


def test_removed_rows_and_the_first_are_named() -> None:
    found = words(trail()[3:], head_at(trail()))
    assert found == ["Rows 1 to 3 (3 rows), before 2026-11-28 12:04: removed"]


def test_two_rows_that_changed_places_are_both_moved() -> None:
    rows = trail()
    rows[16], rows[17] = replace(rows[16], number=18), replace(rows[17], number=17)
    assert words(rows, head_at(trail())) == ["Row 17, 2026-11-28 12:18: moved", "Row 18, 2026-11-28 12:17: moved"]


def test_rows_far_apart_that_changed_places_are_both_moved() -> None:
    rows = trail()
    rows[3], rows[16] = replace(rows[3], number=17), replace(rows[16], number=4)
    assert words(rows, head_at(trail())) == ["Row 4, 2026-11-28 12:17: moved", "Row 17, 2026-11-28 12:04: moved"]


def test_a_row_that_was_taken_out_and_put_in_again_is_named() -> None:
    rows = trail()
    rows[16] = replace(rows[16], position=20)
    assert words(rows, head_at(trail())) == ["Row 17, 2026-11-28 12:17: re-inserted"]


def test_several_rows_that_were_put_in_again_are_named_once() -> None:
    rows = trail()
    rows[15:17] = [replace(rows[15], position=20), replace(rows[16], position=21)]
    assert words(rows, head_at(trail())) == ["Rows 16 to 17 (2 rows): re-inserted"]


def test_a_row_that_stands_there_twice_is_named() -> None:
    rows = trail()
    rows.append(replace(rows[16], position=20))
    assert words(rows, head_at(trail())) == ["Row 17, 2026-11-28 12:17: re-inserted"]


def test_an_old_row_at_the_end_is_named() -> None:
    rows = trail()
    rows.append(replace(rows[16], number=21, position=20))
    assert words(rows, head_at(trail())) == ["Row 21, 2026-11-28 12:17: re-inserted"]


def test_rows_that_were_cut_off_are_named_by_the_head() -> None:
    assert words(trail()[:17], head_at(trail())) == ["Rows 18 to 20 (3 rows), after 2026-11-28 12:17: cut off"]
    assert words([], head_at(trail())) == ["Rows 1 to 20 (20 rows): cut off"]


def test_a_row_that_another_program_added_is_named() -> None:
    rows = trail()
    rows.append(seal_row(OTHER_KEY, replace(written(21), position=20), rows[-1].seal))
    assert words(rows, head_at(trail())) == ["Row 21, 2026-11-28 12:21: added by somebody else"]


def test_renumbered_rows_after_a_removed_one_are_moved_and_the_last_is_missed() -> None:
    rows = trail()
    later = [replace(row, number=row.number - 1) for row in rows[17:]]
    assert words([*rows[:16], *later], head_at(rows)) == [
        "Row 17, 2026-11-28 12:18: moved",
        "Row 18, 2026-11-28 12:19: moved",
        "Row 19, 2026-11-28 12:20: moved",
        "Row 20, after 2026-11-28 12:20: cut off",
    ]


def test_a_gap_over_which_the_chain_goes_on_was_cut_off_before_the_next_row_was_written() -> None:
    kept = trail()[:17]
    after = seal_row(KEY, replace(written(21), position=17), kept[-1].seal)
    head = head_of(KEY, 21, after.seal)
    found = words([*kept, after], head)
    assert found == ["Rows 18 to 20 (3 rows), between 2026-11-28 12:17 and 2026-11-28 12:21: cut off"]


def test_a_head_that_lacks_the_last_commit_is_that_of_a_process_that_was_killed() -> None:
    rows = trail()
    assert words(rows, head_at(rows[:19])) == []
    together = seal_row(KEY, replace(written(21), happened_at=rows[19].happened_at, position=20), rows[19].seal)
    assert words([*rows, together], head_at(rows[:19])) == []


def test_an_older_head_is_named() -> None:
    [found] = words(trail(), head_at(trail()[:18]))
    assert found == (
        "The head file is an older one: it names row 18 of 20, and rows after row 20 may have been cut off"
    )


def test_a_missing_head_a_forged_one_and_one_of_another_trail_are_named() -> None:
    rows = trail()
    assert words(rows, None) == ["The head file is gone or damaged: whether the last rows were cut off is unknown"]
    forged = replace(head_at(rows), number=18, seal=rows[17].seal)
    assert words(rows[:18], forged) == [
        "The head file was changed, or the key is not the one that the rows were sealed with"
    ]
    others = trail(20, {20: "open accounts"})
    assert words(rows, head_at(others)) == ["Row 20, 2026-11-28 12:20: not the row that the head file names"]


def test_a_start_without_a_head_stays_in_the_trail() -> None:
    rows: Rows = []
    for number in range(1, 4):
        row = replace(written(number, CONTINUED if number == 2 else "sync"), about=NO_HEAD if number == 2 else "")
        rows.append(seal_row(KEY, row, rows[-1].seal if rows else ""))
    [found] = words(rows, head_at(rows))
    assert found == (
        "Row 2, 2026-11-28 12:02: the workbench continued without its head file, "
        "so rows before this one may have been cut off or changed"
    )
    assert words(rows, head_at(rows), since=3) == []


TAMPERED: dict[str, Callable[[Rows], Rows]] = {
    "edit": lambda rows: [*rows[:16], replace(rows[16], person="Bob"), *rows[17:]],
    "delete": lambda rows: [*rows[:16], *rows[17:]],
}


@pytest.mark.parametrize("name", TAMPERED)
def test_from_a_later_row_on_the_trail_holds(name: str) -> None:
    rows = TAMPERED[name](trail())
    assert len(words(rows, head_at(trail()))) == 1
    assert words(rows, head_at(trail()), since=19) == []
    assert len(words(rows[:-1], head_at(trail()), since=19)) == 1


def test_a_long_trail_is_followed_without_keeping_it() -> None:
    def endless() -> Iterator[AuditRow]:
        row = seal_row(KEY, written(1), "")
        while True:
            yield row
            number = row.number + 1
            row = seal_row(KEY, replace(written(1), number=number, position=number - 1), row.seal)

    taken = 0

    def counted() -> Iterator[AuditRow]:
        nonlocal taken
        for row in endless():
            if taken == 2_000:
                return
            taken += 1
            yield row

    head = AuditHead(2_001, "0" * 64, head_of(KEY, 2_001, "0" * 64).proof)
    found = find_faults(counted(), KEY, head)
    assert next(found).words == "Row 2001, after 2026-11-28 12:01: cut off"
    assert taken == 2_000

"""What the Funnel page computes itself against the catalogue queries, number by number."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.support.screens import build_desk, forget_desk
from tests.support.seeded_accounts import land_all, seeded_accounts
from tests.support.stores import new_store
from workbench.store import Store
from workbench.ui.funnel.answers import FunnelFilters, read_people
from workbench.ui.funnel.cohort_numbers import STEPS, WINDOWS, EntryPeriod, FunnelCohort
from workbench.ui.live.current_desk import set_desk

BOTH = pytest.mark.parametrize("path", ["individual", "entity"])
SPANS = [
    EntryPeriod(),
    EntryPeriod(date(2026, 10, 1), None),
    EntryPeriod(None, date(2026, 10, 1)),
    EntryPeriod(date(2026, 10, 20), date(2026, 11, 12)),
    EntryPeriod(date(2020, 1, 1), date(2020, 2, 1)),
]
EVERY_SPAN = pytest.mark.parametrize("span", SPANS)
EVERY_WINDOW = pytest.mark.parametrize("window_days", WINDOWS)


@pytest.fixture(scope="module")
def seeded() -> Iterator[Store]:
    store = new_store()
    land_all(store, seeded_accounts())
    set_desk(build_desk(store))
    yield store
    store.close()
    forget_desk()


def cohort_of(store: Store, path: str) -> FunnelCohort:
    return FunnelCohort(path, store.read("funnel/ways", path=path), store.read("funnel/spans", path=path))


def assert_same(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    assert len(found) == len(wanted)
    for row, right in zip(found, wanted, strict=True):
        assert {name: in_hours(value) for name, value in row.items()} == {name: right[name] for name in row}


def in_hours(value: object) -> object:
    return pytest.approx(value) if isinstance(value, float) else value


@BOTH
@EVERY_SPAN
@EVERY_WINDOW
def test_steps_are_the_catalogues(seeded: Store, path: str, span: EntryPeriod, window_days: int) -> None:
    wanted = seeded.read_rows("funnel/steps", path=path, window_days=window_days, **span._asdict())
    found = cohort_of(seeded, path).steps(span, window_days)
    assert_same(found, wanted)
    assert set(found[0]) == set(wanted[0])


@BOTH
@EVERY_SPAN
@EVERY_WINDOW
def test_cohorts_are_the_catalogues(seeded: Store, path: str, span: EntryPeriod, window_days: int) -> None:
    wanted = seeded.read_rows("funnel/cohorts", path=path, window_days=window_days, **span._asdict())
    assert_same(cohort_of(seeded, path).cohorts(span, window_days), wanted)


@BOTH
@EVERY_SPAN
def test_times_are_the_catalogues(seeded: Store, path: str, span: EntryPeriod) -> None:
    assert_same(cohort_of(seeded, path).times(span), seeded.read_rows("funnel/times", path=path, **span._asdict()))


@BOTH
@EVERY_SPAN
def test_where_the_others_stopped_is_the_catalogues(seeded: Store, path: str, span: EntryPeriod) -> None:
    wanted = seeded.read_rows("funnel/stopped", path=path, **span._asdict())
    assert cohort_of(seeded, path).stopped(span) == wanted


@BOTH
@EVERY_SPAN
@pytest.mark.parametrize("window_days", [7, 30])
@pytest.mark.parametrize("most", [1, 5, 200])
@pytest.mark.parametrize("reached", [True, False])
def test_the_newest_people_are_the_catalogues(
    seeded: Store, path: str, span: EntryPeriod, window_days: int, most: int, *, reached: bool
) -> None:
    asked = FunnelFilters(path, *span, window_days)
    for step in STEPS[path]:
        wanted = seeded.read_rows("funnel/people", **asked.params, step=step, reached=reached, most=most)
        assert read_people(asked, step, most, reached=reached).rows == wanted


def test_without_accounts_every_step_is_empty() -> None:
    store = new_store()
    for path, steps in STEPS.items():
        cohort = cohort_of(store, path)
        assert cohort.steps(EntryPeriod(), 30) == store.read_rows("funnel/steps", path=path)
        assert cohort.times(EntryPeriod()) == store.read_rows("funnel/times", path=path)
        assert cohort.cohorts(EntryPeriod(), 30) == cohort.stopped(EntryPeriod()) == []
        assert cohort.latest_start(EntryPeriod(), 30, steps[-1], reached=True, min_accounts=1) is None
    store.close()

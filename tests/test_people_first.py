"""People first: how long work for programs rests, and what it waits for."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar

import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.running import PATIENCE_SECONDS
from tests.support.screens import build_desk, open_page
from workbench.people_first import PeopleFirst, seconds_of_rest
from workbench.store import Store
from workbench.ui.live.people import people_first


@dataclass
class Clock:
    """A clock that only sleeping and working move on."""

    now: float = 1000.0
    sleeps: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds


@pytest.mark.parametrize(
    ("worked", "since_last_page", "expected"),
    [(0.1, 0.0, 0.1), (0.1, 14.9, 0.1), (0.1, 15.0, 0.0), (0.1, float("inf"), 0.0), (30.0, 0.0, 1.0), (0.0, 0.0, 0.0)],
)
def test_programs_rest_as_long_as_they_worked_while_people_are_there(
    worked: float, since_last_page: float, expected: float
) -> None:
    assert seconds_of_rest(worked, since_last_page) == expected


def worked_pieces(people: PeopleFirst, clock: Clock, seconds: list[float]) -> list[float]:
    """The rest before each of these pieces of work."""
    for each in seconds:
        with people.piece_of_work():
            clock.now += each
    return [round(rest, 6) for rest in clock.sleeps]


def test_without_people_no_piece_rests() -> None:
    clock = Clock()
    assert worked_pieces(PeopleFirst(clock=clock, sleep=clock.sleep), clock, [0.5, 0.25, 0.5]) == [0, 0, 0]


def test_beside_people_each_piece_rests_before_the_next_and_the_first_does_not() -> None:
    clock = Clock()
    people = PeopleFirst(clock=clock, sleep=clock.sleep)
    with people.page_run():
        clock.now += 0.1
    assert worked_pieces(people, clock, [0.5, 0.25, 0.5]) == [0, 0.5, 0.25]


def test_a_rest_that_has_passed_is_not_slept_again() -> None:
    clock = Clock()
    people = PeopleFirst(clock=clock, sleep=clock.sleep)
    with people.page_run():
        pass
    worked_pieces(people, clock, [0.5])
    clock.now += 0.375
    assert worked_pieces(people, clock, [0.5]) == [0, 0.125]
    clock.now += 2
    assert worked_pieces(people, clock, [0.5])[-1] == 0


def test_a_piece_that_fails_leaves_its_time_to_people_too() -> None:
    clock = Clock()
    people = PeopleFirst(clock=clock, sleep=clock.sleep)
    with people.page_run():
        pass
    with suppress(ValueError), people.piece_of_work():
        clock.now += 0.5
        raise ValueError
    assert worked_pieces(people, clock, [0.0]) == [0, 0.5]


def test_a_piece_waits_for_every_page_that_runs() -> None:
    has_come, has_begun = threading.Event(), threading.Event()
    people = PeopleFirst(waits_at_most=PATIENCE_SECONDS, sleep=lambda _: has_come.set())

    def work() -> None:
        with people.piece_of_work():
            has_begun.set()

    thread = threading.Thread(target=work, daemon=True)
    with people.page_run():
        with people.page_run():
            thread.start()
            assert has_come.wait(PATIENCE_SECONDS)
            assert not has_begun.wait(0.05)
        assert not has_begun.wait(0.05)
    thread.join(PATIENCE_SECONDS)
    assert has_begun.is_set()


def test_a_piece_goes_on_when_pages_run_all_the_time() -> None:
    people = PeopleFirst(waits_at_most=0.01)
    with people.page_run(), people.piece_of_work():
        assert people.pages_running == 1


def fail() -> None:
    raise ValueError


def leave() -> None:
    raise SystemExit


@pytest.mark.parametrize("end", [lambda: None, fail, leave])
def test_a_run_counts_until_it_ends_however_it_ends(end: Callable[[], None]) -> None:
    people = PeopleFirst()
    with suppress(ValueError, SystemExit), people.page_run():
        assert people.pages_running == 1
        end()
    assert people.pages_running == 0


def test_a_page_that_is_stopped_rerun_or_fails_is_no_longer_counted() -> None:
    def script() -> None:
        import streamlit as st

        from workbench.ui.live.people import people_first

        run = st.session_state["run"] = st.session_state.get("run", 0) + 1
        with people_first().page_run():
            st.text(f"run {run}: {people_first().pages_running}")
            if run == 1:
                st.stop()
            elif run == 2:
                st.rerun()
            elif run == 4:
                raise ValueError

    page, running = AppTest.from_function(script), list[int]()
    shown = []
    for _ in range(3):
        page.run()
        shown.append(page.text[0].value)
        running.append(people_first().pages_running)
    assert (shown, running) == (["run 1: 1", "run 3: 1", "run 4: 1"], [0, 0, 0])
    assert page.exception


class NotingStore(Store):
    """Notes with each query how many pages run."""

    noted: ClassVar[list[int]] = []

    def read(self, name: str, **parameters: object) -> pa.Table:
        self.noted.append(people_first().pages_running)
        return super().read(name, **parameters)


@pytest.mark.parametrize("name", ["backlog", "data"])
def test_a_page_is_counted_while_it_reads(name: str) -> None:
    store = NotingStore.in_memory()
    NotingStore.noted.clear()
    page = open_page(name, build_desk(store))
    assert not page.exception
    assert set(NotingStore.noted) == {1}
    assert people_first().pages_running == 0
    store.close()

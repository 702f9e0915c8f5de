"""When pages get a new data version to show."""

import math

from workbench.ui.live.data_version import (
    MAX_SECONDS_BETWEEN_VERSIONS,
    MIN_SECONDS_BETWEEN_VERSIONS,
    ShownDataVersion,
    live_data_version,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_without_new_data_the_data_version_stays() -> None:
    version_shown = ShownDataVersion()
    assert version_shown.number(7) == version_shown.number(7)


def test_the_first_news_after_a_quiet_time_is_adopted_at_once() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, clock=clock)
    first = version_shown.number(1)
    clock.now += 60
    assert version_shown.number(2) == first + 1


def test_a_hundred_events_a_second_make_one_data_version_a_second() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, clock=clock)
    seen = set()
    for version in range(1000):
        seen.add(version_shown.number(version))
        clock.now += 0.01
    assert 9 <= len(seen) <= 11


def test_news_that_came_in_a_calm_second_is_not_forgotten() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, clock=clock)
    version_shown.number(1)
    before = version_shown.number(2)
    clock.now += 1
    assert version_shown.number(2) == before + 1


def test_time_alone_makes_a_new_data_version() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, max_seconds=10, clock=clock)
    first = version_shown.number(1)
    clock.now += 9
    assert version_shown.number(1) == first
    clock.now += 1
    assert version_shown.number(1) == first + 1


def test_in_practice_time_moves_pages_sooner_and_never_faster_than_people_read() -> None:
    assert live_data_version(1).max_seconds == MAX_SECONDS_BETWEEN_VERSIONS
    assert MIN_SECONDS_BETWEEN_VERSIONS <= live_data_version(3600).max_seconds < MAX_SECONDS_BETWEEN_VERSIONS
    assert ShownDataVersion().max_seconds == math.inf


def test_a_busy_process_lets_pages_wait_longer_and_a_quiet_one_does_not() -> None:
    clock, cpu = Clock(), Clock()
    version_shown = ShownDataVersion(min_seconds=1, clock=clock, cpu_clock=cpu)

    def data_versions_in_a_minute(busy_share: float) -> int:
        before = version_shown.number(0)
        for version in range(600):
            clock.now += 0.1
            cpu.now += 0.1 * busy_share
            after = version_shown.number(version)
        return after - before

    quiet, busy = data_versions_in_a_minute(0.2), data_versions_in_a_minute(0.95)
    assert quiet > 50
    assert busy < 15
    assert data_versions_in_a_minute(0.2) > 40


def test_a_deadline_that_passes_makes_one_new_data_version_for_everybody() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, max_seconds=60, clock=clock)
    first = version_shown.number(1)
    clock.now += 10
    version_shown.advance_past(1, 0.5)
    version_shown.advance_past(1, 0.9)
    assert version_shown.number(1) == first + 1


def test_what_figures_show_changes_once_a_minute_however_much_is_new() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, calm_seconds=60, clock=clock)
    seen = []
    for version in range(150):
        seen.append(version_shown.calm_number(version))
        clock.now += 1
    assert [seen.count(number) for number in sorted(set(seen))] == [60, 60, 30]


def test_figures_show_news_at_once_after_a_quiet_minute() -> None:
    clock = Clock()
    version_shown = ShownDataVersion(min_seconds=1, calm_seconds=60, clock=clock)
    version_shown.calm_number(1)
    clock.now += 61
    assert version_shown.calm_number(2) == version_shown.number(2)


def test_without_a_limit_figures_follow_every_commit() -> None:
    version_shown = ShownDataVersion()
    assert version_shown.calm_number(1) != version_shown.calm_number(2)


def test_in_practice_mode_a_minute_is_short() -> None:
    fast = live_data_version(speed=3600)
    clock_free = {fast.calm_number(version) for version in range(20)}
    assert len(clock_free) == 1
    assert fast.max_seconds < 60


def test_figures_are_renewed_at_once_where_what_they_are_of_has_changed() -> None:
    version_shown = ShownDataVersion(min_seconds=1, calm_seconds=60, clock=Clock())
    before = version_shown.calm_number(1)
    assert version_shown.calm_number(2) == before
    version_shown.renew(2)
    assert version_shown.calm_number(2) == version_shown.number(2) == before + 1

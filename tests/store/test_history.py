"""The history keeps readings that differ from the one before, also when a slow response arrives late."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rounds import examples
from workbench.store.facts.history import HistoryKey, file_reading

START = datetime(2026, 11, 1, tzinfo=UTC)


def mark(hour: int, content: str) -> HistoryKey:
    return START + timedelta(hours=hour), content


def filed(arrivals: list[HistoryKey]) -> list[HistoryKey]:
    """Return the history after readings arrived in this order, as the store keeps it."""
    history: list[HistoryKey] = []
    confirmed_at: datetime | None = None
    for incoming in arrivals:
        filing = file_reading(sorted(history), confirmed_at, incoming)
        if filing.replaces:
            history.remove(filing.replaces)
        if filing.confirmed_again_at:
            history.append((filing.confirmed_again_at, max(history)[1]))
        if filing.is_kept:
            history.append(incoming)
        confirmed_at = max(filter(None, [confirmed_at, incoming[0]]))
    return sorted(history)


def without_confirmations(readings: list[HistoryKey]) -> list[HistoryKey]:
    in_order = sorted(readings)
    return [one for n, one in enumerate(in_order) if n == 0 or in_order[n - 1][1] != one[1]]


contents = st.lists(st.sampled_from("ABC"), min_size=1, max_size=8)
bounded = settings(derandomize=True, max_examples=examples(200), deadline=None)


@bounded
@given(contents)
def test_in_order_of_time_the_history_is_what_differs_from_the_one_before(letters: list[str]) -> None:
    readings = [mark(hour, letter) for hour, letter in enumerate(letters)]
    assert filed(readings) == without_confirmations(readings)


@bounded
@given(contents, st.integers(0, 6))
def test_one_answer_that_comes_after_the_next_one_changes_nothing(letters: list[str], late: int) -> None:
    readings = [mark(hour, letter) for hour, letter in enumerate(letters)]
    arrivals = [*readings[:late], *reversed(readings[late : late + 2]), *readings[late + 2 :]]
    assert filed(arrivals) == without_confirmations(readings)


@bounded
@given(contents, st.lists(st.integers(0, 7), max_size=6))
def test_what_arrives_again_changes_nothing(letters: list[str], again: list[int]) -> None:
    readings = [mark(hour, letter) for hour, letter in enumerate(letters)]
    kept = without_confirmations(readings)
    assert filed(readings + [kept[n % len(kept)] for n in again]) == kept


@bounded
@given(st.lists(st.integers(0, 20), unique=True, min_size=1, max_size=7))
def test_readings_that_all_differ_are_all_kept_in_any_order(hours: list[int]) -> None:
    arrivals = [mark(hour, f"content {hour}") for hour in hours]
    assert filed(arrivals) == sorted(arrivals)

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from workbench.ui.tables.columns import LOOKS, as_lists, in_utc, look_of, map_distinct
from workbench.ui.tables.tables import ROWS_SHOWN


def test_a_few_hundred_rows_are_sent_at_most() -> None:
    assert ROWS_SHOWN <= 300


def test_words_are_made_once_a_distinct_value() -> None:
    made: list[object] = []

    def say(value: object) -> str:
        made.append(value)
        return str(value).upper()

    page_text = map_distinct(pa.chunked_array([["a", "b"], ["a", None]]), say)
    assert page_text.to_pylist() == ["A", "B", "A", None]
    assert made == ["a", "b"]


@pytest.mark.parametrize("values", [[], [None], ["a", None, "b"]])
def test_a_badge_column_is_lists_of_one_and_empty_for_none(values: list[str | None]) -> None:
    assert as_lists(pa.array(values, pa.string())).to_pylist() == [[value] if value else [] for value in values]


@pytest.mark.parametrize("name", LOOKS)
def test_a_column_without_rows_is_arranged_too(name: str) -> None:
    kind = pa.float64() if name == "hours_left" else pa.string()
    assert len(LOOKS[name].arrange(pa.chunked_array([], kind))) == 0


def test_stored_times_are_given_their_zone() -> None:
    stored = pa.chunked_array([pa.array([datetime(2026, 11, 22, 9, 5)], pa.timestamp("us"))])  # noqa: DTZ001
    assert in_utc(stored).to_pylist() == [datetime(2026, 11, 22, 9, 5, tzinfo=UTC)]


def test_a_link_that_is_over_has_no_bar() -> None:
    assert look_of("hours_left").arrange(pa.chunked_array([[5.0, -3.0, None]])).to_pylist() == [5.0, None, None]


def test_a_standing_of_tomorrow_is_shown_as_it_is() -> None:
    assert look_of("standing").arrange(pa.chunked_array([["verification", "brand_new"]])).to_pylist() == [
        ["Verification"],
        ["brand_new"],
    ]

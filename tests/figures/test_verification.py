"""The figures of verification show the numbers of their queries."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest

from workbench.figures.palette import AMBER, COLOURS, RED
from workbench.figures.verification.completion import draw_completion
from workbench.figures.verification.expiry import draw_expiry
from workbench.store import Store

NOON = datetime(2026, 11, 22, 12)  # noqa: DTZ001 - as queries give moments: UTC without a zone
LIGHT = COLOURS["light"]
Row = dict[str, Any]
SPARE = '<span style="--wb-spare:1">{}</span>'
"""What a narrow figure hides."""


def hours_of(number: int, step: timedelta = timedelta(hours=1)) -> list[Row]:
    return [
        {"hour": NOON + place * step, "links_ending": 3, "last_links": 1, "expected_used_up": 0.42}
        for place in range(number)
    ]


def drawn(rows: list[Row], **options: Any) -> Any:
    return draw_expiry(rows, "light", **{"zone": "UTC", "soon_hours": 24.0, **options})


def test_columns_have_the_numbers_of_the_query(seeded: Store) -> None:
    rows = seeded.read_rows("verification/forecast")
    lasts, others = drawn(rows).data
    assert any(row["links_ending"] for row in rows)
    assert list(lasts.y) == [row["last_links"] for row in rows]
    assert list(others.y) == [row["links_ending"] - row["last_links"] for row in rows]
    codes = [row["hour"].isoformat() if row["links_ending"] else "" for row in rows]
    assert list(others.customdata) == list(lasts.customdata) == codes


def test_soon_is_amber_later_is_faint_and_last_links_are_red() -> None:
    lasts, others = drawn(hours_of(72)).data
    assert set(lasts.marker.color) == {RED}
    assert list(others.marker.color) == [AMBER] * 24 + [LIGHT.faint] * 48


def captions_of(figure: Any) -> list[tuple[str, float]]:
    return [(note.text, note.x) for note in figure.layout.annotations]


def test_each_stretch_of_the_expiry_is_named_where_it_begins() -> None:
    assert captions_of(drawn(hours_of(72))) == [("expires soon", -0.5), ("later", 23.5), ("■ last link", 1)]
    assert captions_of(drawn(hours_of(20))) == [("expires soon", -0.5), ("■ last link", 1)]


def test_every_hour_says_its_numbers_and_each_sixth_stands_on_the_axis() -> None:
    figure = drawn(hours_of(72), zone="Asia/Kolkata")
    assert figure.data[0].hovertext[0] == (
        "<b>Sun 22 Nov 17:30</b>: 3 links<br>For 1 customer it is the last one; probably no customer will run out of "
        "links<br>Click to list the customers"
    )
    utc = drawn(hours_of(72))
    first, second, third, *rest = utc.layout.xaxis.ticktext
    assert (first, second, third) == ("12:00<br>Sun 22", SPARE.format("18:00<br>Sun 22"), "00:00<br>Mon 23")
    assert len(rest) == 9


def test_a_narrow_figure_of_expiry_keeps_every_twelfth_hour() -> None:
    ticks = drawn(hours_of(72)).layout.xaxis.ticktext
    assert [tick[:5] for tick in ticks if "--wb-spare" not in tick] == ["12:00", "00:00"] * 3


def test_an_hour_that_comes_twice_in_autumn_is_two_columns() -> None:
    rows = [{**row, "hour": row["hour"].replace(month=11, day=1, hour=hour)} for hour, row in enumerate(hours_of(10))]
    lasts, _ = drawn(rows, zone="America/New_York").data
    assert list(lasts.x) == list(range(10))
    assert sum("01:00" in words for words in lasts.hovertext) == 2


def test_the_hour_whose_customers_are_listed_is_marked() -> None:
    (stripe,) = drawn(hours_of(5), picked="2026-11-22T14:00:00").layout.shapes
    assert (stripe.x0, stripe.x1, stripe.layer) == (1.5, 2.5, "below")


def test_in_practice_hours_are_seconds() -> None:
    figure = drawn(hours_of(73, timedelta(seconds=1)), soon_hours=24 / 3600, speed=3600.0)
    in_practice = [f"12:{at}" for at in IN_PRACTICE]
    in_practice[1::2] = map(SPARE.format, in_practice[1::2])
    assert figure.layout.xaxis.ticktext == tuple(in_practice)
    assert captions_of(figure)[1] == ("later", 23.5)


IN_PRACTICE = ("00:00", "00:12", "00:24", "00:36", "00:48", "01:00", "01:12")


@pytest.mark.parametrize(
    ("highest", "ticks"), [(0, (0, 1, 2)), (1, (0, 1, 2)), (7, (0, 4, 8)), (85, (0, 50, 100)), (1300, (0, 1000, 2000))]
)
def test_the_axis_ends_at_a_round_number(highest: int, ticks: tuple[float, ...]) -> None:
    rows = [{**row, "links_ending": highest, "last_links": 0} for row in hours_of(3)]
    assert drawn(rows).layout.yaxis.tickvals == ticks


def test_no_hours_are_an_empty_figure() -> None:
    assert not drawn([]).data


def test_curves_of_completion_have_the_numbers_of_the_query_that_are_their_own(seeded: Store) -> None:
    rows = seeded.read_rows("verification/completion")
    own = [row for row in rows if row["basis"] == "ordinal"]
    figure = draw_completion(rows, "light")
    starts = [int(re.findall(r"(\d+)–", words)[0]) for words in figure.layout.xaxis.ticktext]
    found = {
        (number, starts[x]): y
        for number, line in zip(sorted({row["ordinal"] for row in own}), figure.data, strict=True)
        for x, y in zip(line.x, line.y, strict=True)
    }
    assert own
    assert found == {(row["ordinal"], row["hours_from"]): row["share"] for row in own}


def completion_row(ordinal: int, start: int, share: float, *, few: bool = False, basis: str = "ordinal") -> Row:
    row = {"hours_from": start, "hours_until": start + 3, "ordinal": ordinal, "cases": 40, "completed": 20}
    return row | {"share": share, "is_few": few, "basis": basis}


def test_time_runs_out_from_left_to_right_and_few_cases_are_hollow() -> None:
    rows = [completion_row(1, 0, 0.2, few=True), completion_row(1, 6, 0.6), completion_row(2, 6, 0.3, basis="hours")]
    figure = draw_completion(rows, "light")
    assert figure.layout.xaxis.ticktext == ("6–9", SPARE.format("0–3"))
    (line,) = figure.data
    assert (line.y, line.marker.color) == ((0.6, 0.2), (LIGHT.text, LIGHT.page))
    assert "too few to rely on" in line.hovertext[1]


def test_links_are_told_apart_without_colour() -> None:
    figure = draw_completion([completion_row(number, 0, 0.5) for number in (1, 2, 3)], "light")
    assert len({line.line.dash for line in figure.data}) == len({line.marker.symbol for line in figure.data}) == 3
    assert [note.text for note in figure.layout.annotations] == ["● 1st link", "■ 2nd link", "◆ 3rd link"]
    heights = [note.y for note in figure.layout.annotations]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] - heights[1] > 0.04


def test_without_cases_there_is_no_curve() -> None:
    assert not draw_completion([], "dark").data

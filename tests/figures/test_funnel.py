"""The funnel's figures show the numbers of their queries, and nothing else."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from workbench.figures.funnel.breakdown import draw_breakdown, name_of
from workbench.figures.funnel.steps import draw_steps
from workbench.figures.funnel.times import draw_times
from workbench.figures.funnel.weeks import MOST_WEEKS, draw_weeks
from workbench.figures.palette import COLOURS
from workbench.figures.properties import value_words
from workbench.figures.samples import SMALL_SAMPLE, counted, is_undated, points_apart
from workbench.store import Store

Row = dict[str, Any]
PATHS = pytest.mark.parametrize("path", ["individual", "entity"])
LIGHT = COLOURS["light"]


def step_row(step: str, ordinal: int, **changes: Any) -> Row:
    row = {
        "step": step,
        "ordinal": ordinal,
        "accounts": 50,
        "accounts_mature": 40,
        "share_of_entered": 0.5,
        "share_of_previous": 0.8,
        "median_hours": 12.0,
        "p90_hours": 40.0,
        "undated": 0,
        "entered_mature": 90,
        "entered_immature": 10,
        "entered_dated": 80,
        "previous_dated": 50,
    }
    return row | changes


def labels_of(figure: Any) -> list[str]:
    return [text.replace("\xa0", "") for text in figure.data[-1].text]


@PATHS
def test_bars_of_steps_have_the_numbers_of_the_query(seeded: Store, path: str) -> None:
    rows = seeded.read_rows("funnel/steps", path=path)
    reached, stopped, _ = draw_steps(rows, "light").data
    accounts = [row["accounts"] for row in rows]
    assert list(reached.x) == accounts
    assert list(reached.customdata) == [f"{row['step']}:reached" for row in rows]
    lost = {f"{row['step']}:stopped": before - row["accounts"] for before, row in zip(accounts, rows[1:], strict=False)}
    assert dict(zip(stopped.customdata, stopped.x, strict=True)) == {code: n for code, n in lost.items() if n}


def test_a_step_is_labelled_with_count_and_both_shares() -> None:
    rows = [step_row("opened", 1, accounts=100), step_row("screened", 2), step_row("cleared", 3, accounts=40)]
    opened, screened, cleared = labels_of(
        draw_steps(rows, "light", compared=[step_row("cleared", 3, share_of_entered=0.53)])
    )
    assert opened == f'<b>100</b><br><span style="color:{LIGHT.quiet}">10 not old enough yet</span>'
    assert screened.startswith("<b>50</b>  50% of opened<br>")
    assert cleared.startswith("<b>40</b>  50% of opened, −3 pts<br>")
    assert "80% of screened · half in 12 h" in cleared


def test_a_step_that_nobody_watched_has_no_share() -> None:
    unseen = step_row("trading", 3, accounts_mature=0, share_of_entered=0.0, undated=50)
    assert is_undated(unseen)
    assert "date unknown" in labels_of(draw_steps([step_row("opened", 1), unseen], "light"))[1]
    assert counted(unseen) == 80


def test_a_small_sample_is_quiet() -> None:
    few = step_row("cleared", 2, entered_dated=SMALL_SAMPLE - 1)
    assert labels_of(draw_steps([step_row("opened", 1), few], "light"))[1].startswith("<span")
    assert "too few to rely on" in draw_steps([step_row("opened", 1), few], "light").data[0].hovertext[1]


def test_the_bar_whose_accounts_are_listed_is_darker() -> None:
    rows = [step_row("opened", 1, accounts=100), step_row("cleared", 2)]
    reached, stopped, _ = draw_steps(rows, "light", picked="cleared:stopped").data
    assert list(reached.marker.color) == [LIGHT.faint, LIGHT.faint]
    assert list(stopped.marker.color) == [LIGHT.strong]


@PATHS
def test_curves_have_the_numbers_of_the_query(seeded: Store, path: str) -> None:
    rows = seeded.read_rows("funnel/curves", path=path)
    figure = draw_times(rows, "dark", compared=rows)
    shown = [row for row in rows if not ends_unseen(rows, row["step"])]
    found = [point for line in figure.data[len(figure.data) // 2 :] for point in zip(line.x, line.y, strict=True)]
    assert shown
    assert found == [(row["hours"], row["share_done"]) for row in shown]
    ends = {row["step"]: row["share_done"] for row in shown}
    assert {note.text for note in figure.layout.annotations if note.text} == {
        f"{step.capitalize()} {share * 100:.0f}%{few}"
        for step, share in ends.items()
        for few in [" (few)" if next(r for r in rows if r["step"] == step)["accounts"] < SMALL_SAMPLE else ""]
    }


def ends_unseen(rows: list[Row], step: str) -> bool:
    last = [row for row in rows if row["step"] == step][-1]
    return bool(last["undated"]) and not last["done"]


def test_no_rows_are_empty_axes() -> None:
    assert not draw_times([], "light").data


@PATHS
@pytest.mark.parametrize("by", ["account_type", "country", "state", "entry_month", "migrated", "completed_link"])
def test_bars_of_a_breakdown_have_the_numbers_of_the_query(seeded: Store, path: str, by: str) -> None:
    rows = seeded.read_rows("funnel/breakdown", path=path, by=by)
    cleared = [row for row in rows if row["step"] == "cleared"]
    figure = draw_breakdown(rows, "light", by=by, step="cleared")
    reached, rest, _, _, limits = figure.data
    shares = [0 if is_undated(row) else row["share_of_entered"] or 0 for row in cleared]
    assert list(reached.x) == pytest.approx(shares)
    assert list(rest.x) == pytest.approx([1 - share for share in shares])
    assert len(set(filter(None, reached.customdata))) == sum(not row["is_other"] for row in cleared)
    known = [row for row in cleared if row["share_of_entered"] is not None and not is_undated(row)]
    assert [x for x in limits.x if x is not None] == [r[k] for r in known for k in ("share_low", "share_high")]
    few = [row["is_few"] for row in cleared]
    assert [colour == LIGHT.faint for colour in reached.marker.color] == few


def value_row(value: str | None, **changes: Any) -> Row:
    return {
        "value": value,
        "is_other": False,
        "distinct_values": 1,
        "ordinal": 3,
        "step": "cleared",
        "entered": 90,
        "accounts": 50,
        "accounts_mature": 40,
        "entered_dated": 80,
        "share_of_entered": 0.5,
        "share_low": 0.4,
        "share_high": 0.6,
        "is_few": False,
        "median_hours": 12.0,
        "undated": 0,
        **changes,
    }


def test_odd_values_are_shown_as_they_are() -> None:
    rows = [value_row("<b>X</b>"), value_row(None), value_row(None, is_other=True, distinct_values=5_000)]
    figure = draw_breakdown(rows, "light", by="country", step="cleared")
    assert figure.layout.yaxis.ticktext == ("&lt;b&gt;X&lt;/b&gt;", "Not known", "5,000 others")
    assert list(figure.data[0].customdata) == ["x1137429d:reached", "unknown:reached", ""]
    assert figure.data[0].hovertext[0].startswith("<b>&lt;b&gt;X&lt;/b&gt;</b>: 90 accounts, 50 cleared<br>")
    assert "Likely between 40% and 60%" in figure.data[0].hovertext[0]


def test_a_share_is_compared_with_the_other_period_unless_either_is_of_few() -> None:
    few = SMALL_SAMPLE - 1
    rows = [step_row("opened", 1), step_row("cleared", 2), step_row("trading", 3, entered_dated=few)]
    before = [step_row("cleared", 2, entered_dated=few), step_row("trading", 3)]
    assert not any("pts" in label for label in labels_of(draw_steps(rows, "light", compared=before)))
    values = [value_row("USA"), value_row("MEX", is_few=True), value_row("DEU")]
    others = [value_row("USA", is_few=True), value_row("MEX"), value_row("DEU", share_of_entered=0.7)]
    figure = draw_breakdown(values, "light", by="country", step="cleared", compared=others)
    assert labels_of_shares(figure) == ["<b>50%</b> of 80", "<b>50%</b> of 80, few", "<b>50%</b> of 80, −20 pts"]
    assert (list(figure.data[-1].x), list(figure.data[-1].y)) == ([0.7], [2])


def labels_of_shares(figure: Any) -> list[str]:
    return [text.replace("\xa0", "") for text in figure.data[2].text]


def test_a_breakdown_says_how_far_each_share_is_from_the_compared_one() -> None:
    before = [value_row("USA", share_of_entered=0.7), value_row("MEX", share_of_entered=None)]
    rows = [value_row("USA"), value_row("MEX", is_few=True)]
    figure = draw_breakdown(rows, "light", by="country", step="cleared", compared=before)
    assert labels_of_shares(figure) == ["<b>50%</b> of 80, −20 pts", "<b>50%</b> of 80, few"]
    assert list(figure.data[-1].x) == [0.7]


@pytest.mark.parametrize(
    ("by", "value", "words"),
    [
        ("country", "MEX", "Mexico"),
        ("country", "zzz", "zzz"),
        ("state", "USA-NV", "Nevada"),
        ("state", "USA-ZZ", "ZZ"),
        ("state", "MEX-JAL", "JAL, Mexico"),
        ("entry_month", "2026-10", "Oct 2026"),
        ("account_type", "ENTITY_PERSONAL_TRUST", "Personal trust"),
        ("migrated", "new", "New"),
        ("completed_link", "2", "2nd link"),
        ("completed_link", "none", "No link completed"),
        ("country", None, "Not known"),
    ],
)
def test_values_are_said_in_words(by: str, value: str | None, words: str) -> None:
    assert value_words(by, value) == words


def test_what_is_counted_together_says_how_many_values_it_is() -> None:
    assert name_of(value_row(None, is_other=True, distinct_values=12), "country") == "12 others"


@PATHS
def test_cells_of_weeks_have_the_numbers_of_the_query(seeded: Store, path: str) -> None:
    rows = seeded.read_rows("funnel/cohorts", path=path)
    fill, numbers, _, dots = draw_weeks(rows, "light").data
    weeks = sorted({row["cohort"] for row in rows})
    steps = [row["step"] for row in rows if row["cohort"] == weeks[0]][1:]
    for row in (row for row in rows if row["ordinal"] > 1):
        at = (weeks.index(row["cohort"]), steps.index(row["step"]))
        share = None if is_undated(row) else row["share_of_entered"]
        assert fill.z[at[1]][at[0]] == (share if row["is_mature"] else None)
        text = dict(zip(zip(numbers.x, numbers.y, strict=True), numbers.text, strict=True))[at]
        assert re.sub("<[^>]*>", "", text) == ("·" if share is None else f"{share * 100:.0f}")
    cleared = {
        weeks.index(r["cohort"]): r["share_of_entered"] for r in rows if r["step"] == "cleared" and not is_undated(r)
    }
    assert dict(zip(dots.x, dots.y, strict=True)) == {
        x: share for x, share in sorted(cleared.items()) if share is not None
    }


def week_row(week: date, **changes: Any) -> Row:
    base = step_row("cleared", 2) | {"cohort": week, "entered": 90, "is_mature": True}
    return base | changes


@pytest.mark.parametrize(("number", "is_hidden"), [(12, False), (13, True)])
def test_of_many_weeks_a_narrow_figure_hides_the_numbers_and_most_ticks(number: int, *, is_hidden: bool) -> None:
    rows = [week_row(date(2026, 6, 1) + timedelta(weeks=week)) for week in range(number)]
    figure = draw_weeks(rows, "light")
    assert {"--wb-spare" in text for text in figure.data[1].text} == {is_hidden}
    kept = [tick for tick in figure.layout.xaxis.ticktext if "--wb-spare" not in tick]
    assert (kept[0], len(kept)) == ({12: "17 Aug", 13: "24 Aug"}[number], -(-number // 3))


def test_what_is_not_mature_is_hollow() -> None:
    mature, young = date(2026, 9, 7), date(2026, 9, 14)
    rows = [week_row(week, is_mature=week == mature) for week in (young, mature)]
    figure = draw_weeks(rows, "light")
    assert list(figure.data[-1].marker.color) == [LIGHT.strong, LIGHT.page]
    assert list(figure.data[0].z[0]) == [0.5, None]
    assert len(figure.layout.shapes) == 1
    assert list(figure.data[1].customdata) == ["2026-09-14:cleared:reached", "2026-09-07:cleared:reached"]


def test_only_the_latest_weeks_are_shown() -> None:
    monday = date(2024, 1, 1)
    rows = [week_row(monday + timedelta(weeks=number)) for number in range(MOST_WEEKS + 5)]
    figure = draw_weeks(rows, "light")
    assert len(figure.data[1].x) == MOST_WEEKS
    assert figure.data[1].customdata[-1].startswith(str(monday + timedelta(weeks=MOST_WEEKS + 4)))


@pytest.mark.parametrize(
    ("share", "before", "words"),
    [(0.5, 0.47, "+3 pts"), (0.5, 0.534, "−3 pts"), (0.504, 0.496, "±0 pts"), (None, 0.5, ""), (0.5, None, "")],
)
def test_shares_are_compared_in_points_as_they_are_shown(share: float | None, before: float | None, words: str) -> None:
    assert points_apart(share, before) == words

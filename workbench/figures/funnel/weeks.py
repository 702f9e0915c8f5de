"""The funnel by week of entry: the share of each week that reached each step, and how the share cleared moves."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go

from workbench.domain.words import STEP_WORDS, count, day, plural, share
from workbench.figures.funnel.steps import REACHED, code_of
from workbench.figures.palette import COLOURS, Theme
from workbench.figures.samples import Row, counted, is_small, is_undated
from workbench.figures.template import new_figure
from workbench.figures.texts import hidden_where_narrow, lines

MOST_WEEKS = 40
"""More would leave no room for their numbers."""
_ABOUT = "cleared"
_TREND_HEIGHT, _ROW_HEIGHT, _AXIS_HEIGHT, _GAP = 96, 26, 40, 16
_MOST_TICKS = 14
_TICKS_PER_KEPT = 3
"""A narrow figure keeps one of so many ticks."""
_FEWEST_WEEKS = 10
"""A cell is never wider than a tenth of the figure."""
_MOST_WEEKS_WHERE_NARROW = 12
"""Of more, a narrow figure has no room for their numbers."""
_COLOURS_BY_SHARE = (0.0, 0.5, 1.0)
_NUMBER_AS_PAGE: dict[Theme, float] = {"light": 0.85, "dark": 0.63}
"""From this share on a number is read best in the colour of the page."""


def draw_weeks(rows: Sequence[Row], theme: Theme) -> go.Figure:
    """Draw rows of ``funnel/cohorts``: the share cleared as a line above, the share of every step as cells below.

    What is not mature is hollow. The latest MOST_WEEKS are shown. The code of a cell is its week and the step:
    ``2026-10-05:cleared:reached``.
    """
    weeks = sorted({row["cohort"] for row in rows})[-MOST_WEEKS:]
    steps = list(dict.fromkeys(row["step"] for row in rows if row["ordinal"] > 1))
    cells = [row for row in rows if row["cohort"] in set(weeks) and row["ordinal"] > 1]
    places = {week: place for place, week in enumerate(weeks)}
    cells_height = len(steps) * _ROW_HEIGHT
    height = _TREND_HEIGHT + _GAP + cells_height + _AXIS_HEIGHT
    figure = new_figure(theme, height=height)
    figure.add_traces([_fill(cells, places, steps, theme), _numbers(cells, places, steps, theme)])
    figure.add_traces(_trend([row for row in cells if row["step"] == _ABOUT], places, theme))
    _lay_out(figure, weeks, steps, cells_height / (height - _AXIS_HEIGHT))
    figure.update_layout(shapes=[_outline(row, places, steps, theme) for row in cells if not row["is_mature"]])
    return figure


def _lay_out(figure: go.Figure, weeks: Sequence[date], steps: Sequence[str], cells_share: float) -> None:
    ticks = range(len(weeks) - 1, -1, -(1 + len(weeks) // _MOST_TICKS))
    figure.update_xaxes(
        range=[-0.5, max(len(weeks), _FEWEST_WEEKS) - 0.5],
        tickvals=list(ticks),
        ticktext=[
            hidden_where_narrow(f"{weeks[place].day} {weeks[place]:%b}", is_spare=number % _TICKS_PER_KEPT > 0)
            for number, place in enumerate(ticks)
        ],
        showgrid=False,
    )
    figure.update_layout(
        margin_b=_AXIS_HEIGHT,
        yaxis={
            "domain": [0, cells_share],
            "range": [len(steps) - 0.5, -0.5],
            "tickvals": list(range(len(steps))),
            "ticktext": [STEP_WORDS[step] for step in steps],
            "showgrid": False,
        },
        yaxis2={
            "domain": [cells_share + 0.08, 1],
            "anchor": "x",
            "range": [0, 1.08],
            "tickvals": [0, 0.5, 1],
            "tickformat": ".0%",
        },
    )


def _share_of(row: Row) -> float | None:
    return None if is_undated(row) else row["share_of_entered"]


def _fill(cells: Sequence[Row], places: dict[date, int], steps: Sequence[str], theme: Theme) -> go.Heatmap:
    """Only what is mature is filled."""
    colours = COLOURS[theme]
    grid: list[list[float | None]] = [[None] * len(places) for _ in steps]
    for row in cells:
        if row["is_mature"]:
            grid[steps.index(row["step"])][places[row["cohort"]]] = _share_of(row)
    return go.Heatmap(
        x=list(range(len(places))),
        y=list(range(len(steps))),
        z=grid,
        zmin=0,
        zmax=1,
        colorscale=list(zip(_COLOURS_BY_SHARE, (colours.trace, colours.faint, colours.strong), strict=True)),
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def _numbers(cells: Sequence[Row], places: dict[date, int], steps: Sequence[str], theme: Theme) -> go.Scatter:
    """The number of each cell, which is also what can be clicked: Plotly tells of no click on a heatmap."""
    return go.Scatter(
        mode="text+markers",
        x=[places[row["cohort"]] for row in cells],
        y=[steps.index(row["step"]) for row in cells],
        text=[hidden_where_narrow(_number(row), is_spare=len(places) > _MOST_WEEKS_WHERE_NARROW) for row in cells],
        textfont={"size": 11, "color": [_number_colour(row, theme) for row in cells]},
        marker={"symbol": "square", "size": _ROW_HEIGHT - 4, "opacity": 0},
        customdata=[f"{row['cohort']}:{code_of(row['step'], REACHED)}" if row["accounts"] else "" for row in cells],
        hovertext=[_words(row) for row in cells],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 0}, "textfont": {}},
        unselected={"marker": {"opacity": 0}, "textfont": {}},
    )


def _number(row: Row) -> str:
    reached = _share_of(row)
    if reached is None:
        return "·"
    return f"{reached * 100:.0f}"


def _number_colour(row: Row, theme: Theme) -> str:
    colours, reached = COLOURS[theme], _share_of(row)
    if not row["is_mature"] or reached is None:
        return colours.quiet
    return colours.page if reached >= _NUMBER_AS_PAGE[theme] else colours.text


def _outline(row: Row, places: dict[date, int], steps: Sequence[str], theme: Theme) -> dict[str, Any]:
    """A hollow cell for what is not mature."""
    x, y = places[row["cohort"]], steps.index(row["step"])
    line = {"color": COLOURS[theme].line, "width": 1, "dash": "dot"}
    return {"type": "rect", "x0": x - 0.46, "x1": x + 0.46, "y0": y - 0.44, "y1": y + 0.44, "line": line}


def _trend(rows: Sequence[Row], places: dict[date, int], theme: Theme) -> list[go.Scatter]:
    """The share cleared of each week: filled where mature, hollow where not, small where the sample is."""
    colours = COLOURS[theme]
    known = sorted((row for row in rows if _share_of(row) is not None), key=lambda row: row["cohort"])
    mature = [row for row in known if row["is_mature"]]
    line = go.Scatter(
        mode="lines",
        x=[places[row["cohort"]] for row in mature],
        y=[_share_of(row) for row in mature],
        yaxis="y2",
        line={"color": colours.strong, "width": 1.5},
        hoverinfo="skip",
    )
    dots = go.Scatter(
        mode="markers",
        x=[places[row["cohort"]] for row in known],
        y=[_share_of(row) for row in known],
        yaxis="y2",
        marker={
            "symbol": "circle",
            "size": [5 if is_small(row) else 8 for row in known],
            "color": [colours.strong if row["is_mature"] else colours.page for row in known],
            "line": {"color": colours.strong, "width": 1.5},
            "opacity": 1,
        },
        customdata=[f"{row['cohort']}:{code_of(row['step'], REACHED)}" if row["accounts"] else "" for row in known],
        hovertext=[_words(row) for row in known],
        hovertemplate="%{hovertext}<extra></extra>",
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )
    return [line, dots]


def _words(row: Row) -> str:
    reached, step = _share_of(row), STEP_WORDS[row["step"]].lower()
    young = "" if row["is_mature"] else "Not all are old enough yet"
    rate = "" if reached is None else f"{share(reached)} of {count(counted(row))} old enough"
    return lines(
        f"<b>Week of {day(row['cohort'])}</b>: {plural(row['entered'], 'account')}, {count(row['accounts'])} {step}",
        f"{rate}{', too few to rely on' if rate and is_small(row) else ''}",
        young,
        "Click to look at this week" if row["accounts"] else "",
    )

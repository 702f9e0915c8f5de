"""How fast: for each step, the share of accounts that had reached it so many hours after they opened."""

import itertools
from collections.abc import Iterable, Sequence

import plotly.graph_objects as go

from workbench.domain.moments import duration
from workbench.domain.words import STEP_WORDS, count, share
from workbench.figures.curves import TICKS, Curve, curve_figure
from workbench.figures.palette import COLOURS, Theme
from workbench.figures.samples import SMALL_SAMPLE, Row
from workbench.figures.texts import lines

_DASHES = {"documented": "dashdot", "screened": "dot", "cleared": "solid", "trading": "dash"}
_ABOUT = "cleared"
"""The step that the page's answer is about."""


def draw_times(rows: Sequence[Row], theme: Theme, *, compared: Sequence[Row] = ()) -> go.Figure:
    """Draw rows of ``funnel/curves``, one curve a step; ``compared`` is another period, paler and unnamed."""
    pale = [_curve(points, theme, is_pale=True) for points in _steps_of(compared)]
    curves = [_curve(points, theme) for points in _steps_of(rows)]
    hours = [row["hours"] for row in (*rows, *compared)]
    since = max((tick for tick in TICKS if tick <= min(hours, default=1)), default=min(TICKS))
    return curve_figure([*pale, *curves], theme, since_hours=since, until_hours=max(hours, default=24))


def _steps_of(rows: Iterable[Row]) -> list[list[Row]]:
    """The points of each step, without the steps that nobody reached at a known date, but some at an unknown one."""
    steps = [list(points) for _, points in itertools.groupby(rows, key=lambda row: row["step"])]
    return [points for points in steps if points[-1]["done"] or not points[-1]["undated"]]


def _curve(points: Sequence[Row], theme: Theme, *, is_pale: bool = False) -> Curve:
    step, last = points[0]["step"], points[-1]
    colours = COLOURS[theme]
    is_few = last["accounts"] < SMALL_SAMPLE
    colour = colours.faint if is_pale or is_few else colours.text if step == _ABOUT else colours.quiet
    return Curve(
        hours=[point["hours"] for point in points],
        shares=[point["share_done"] for point in points],
        on_hover=[_words(point, is_pale=is_pale) for point in points],
        colour=colour,
        dash=_DASHES[step],
        width=2.5 if step == _ABOUT and not is_pale else 1.5,
        label="" if is_pale else f"{STEP_WORDS[step]} {share(last['share_done'])}{' (few)' if is_few else ''}",
    )


def _words(point: Row, *, is_pale: bool) -> str:
    return lines(
        f"<b>{STEP_WORDS[point['step']]}</b>{', compared period' if is_pale else ''}",
        f"{share(point['share_done'])} within {duration(point['hours'])}",
        f"{count(point['done'])} of {count(point['accounts'])} old enough",
    )

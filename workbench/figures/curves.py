"""Curves of a share from 0 to 100 % over time on a logarithmic axis, each named at its end."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.palette import COLOURS, Theme
from workbench.figures.template import ROOM_FOR_BUTTONS, new_figure, zoom_in_time
from workbench.figures.texts import hidden_where_narrow, pixels_of

HEIGHT = 280
_LABEL_HEIGHT, _AROUND = 15, 70
"""In pixels: of a label at the end of a curve, and of what stands above and below the curves."""
_AROUND_LABEL = 8
_WIDEST_MARGIN = 190
TICKS = {
    1 / 60: "1 min",
    1 / 6: "10 min",
    1: "1 h",
    6: "6 h",
    24: "1 d",
    72: "3 d",
    168: "7 d",
    720: "30 d",
    2160: "90 d",
    8760: "1 y",
}
"""Hours, and what they are called on the axis."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A share that changes in steps; the last one holds until the end of the axis. ``dash`` as Plotly names it."""

    label: str
    """Our own words, behind the curve; none without any."""
    hours: Sequence[float]
    shares: Sequence[float]
    on_hover: Sequence[str]
    colour: str
    dash: str = "solid"
    width: float = 2


def curve_figure(
    curves: Sequence[Curve], theme: Theme, *, since_hours: float, until_hours: float, height: int = HEIGHT
) -> go.Figure:
    """Draw the curves between two times; a drag over the axis zooms in."""
    figure = new_figure(theme, height=height)
    figure.add_traces([_line(curve) for curve in curves])
    name_at_the_end(figure, {curve.label: curve.shares[-1] for curve in curves if curve.label and curve.shares}, theme)
    shown = {hours: words for hours, words in TICKS.items() if since_hours <= hours <= until_hours}
    limits = [math.log10(since_hours), math.log10(until_hours)]
    words = [hidden_where_narrow(tick, is_spare=place % 2 > 0) for place, tick in enumerate(shown.values())]
    figure.update_xaxes(type="log", range=limits, tickvals=list(shown), ticktext=words)
    figure.update_yaxes(range=[0, 1.03], tickformat=".0%", tickvals=[0, 0.25, 0.5, 0.75, 1])
    figure.update_layout(margin_t=ROOM_FOR_BUTTONS)
    zoom_in_time(figure)
    return figure


def _line(curve: Curve) -> go.Scatter:
    """A line in steps; a single point, of which no line can be drawn, is a dot."""
    return go.Scatter(
        mode="lines" if len(curve.hours) > 1 else "markers",
        x=list(curve.hours),
        y=list(curve.shares),
        hovertext=list(curve.on_hover),
        hovertemplate="%{hovertext}<extra></extra>",
        line={"color": curve.colour, "dash": curve.dash, "width": curve.width, "shape": "hv"},
        marker={"color": curve.colour, "size": 8},
        cliponaxis=len(curve.hours) > 1,
    )


def name_at_the_end(figure: go.Figure, ends: Mapping[str, float], theme: Theme, *, top: float = 1.0) -> None:
    """Name curves in the margin at their right ends; ``ends`` has these by our own words, ``top`` is the axis's end.

    Names that would overlap move apart.
    """
    nearest = _LABEL_HEIGHT / (figure.layout.height - _AROUND)
    heights = moved_apart([end / top for end in ends.values()], nearest)
    for words, height in zip(ends, heights, strict=True):
        figure.add_annotation(
            text=words,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=6,
            y=height * top,
            yanchor="middle",
            showarrow=False,
            font={"color": COLOURS[theme].text},
        )
    longest = max(map(pixels_of, ends), default=0)
    figure.update_layout(margin_r=min(_AROUND_LABEL + longest, _WIDEST_MARGIN))


def moved_apart(heights: Sequence[float], nearest: float) -> list[float]:
    """Move values in [0, 1] as little as needed for any two to be ``nearest`` apart, in the same order.

    Of equal ones, the first is highest.
    """
    order = sorted(range(len(heights)), key=lambda place: (heights[place], -place))
    moved = list(heights)
    for lower, place in itertools.pairwise(order):
        moved[place] = max(moved[place], moved[lower] + nearest)
    ceiling = 1.0
    for place in reversed(order):
        moved[place] = min(moved[place], ceiling)
        ceiling = moved[place] - nearest
    return moved

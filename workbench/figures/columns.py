"""Columns side by side, stacked from zero over an axis of whole numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.palette import COLOURS, Theme
from workbench.figures.template import ROOM_FOR_BUTTONS, new_figure, zoom_in_time

HEIGHT = 210
_AXIS_HEIGHT, _CAPTION_HEIGHT = 40, 24


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the numbers and colours of its parts from bottom to top, and what it says on hover.

    ``code`` is what a click on it means, empty for nothing; ``tick`` stands below it, empty for most.
    """

    parts: Sequence[tuple[float, str]]
    on_hover: str
    code: str = ""
    tick: str = ""
    is_picked: bool = False

    @property
    def height(self) -> float:
        return sum(number for number, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption above the columns, from column ``at`` onwards, or aligned right if ``at`` is None."""

    words: str
    colour: str
    at: int | None = None


def column_figure(
    columns: Sequence[Column], captions: Sequence[Caption], theme: Theme, *, height: int = HEIGHT
) -> go.Figure:
    """Draw the columns from left to right, at the places 0, 1, 2 …; a drag over the axis zooms in."""
    figure = new_figure(theme, height=height)
    places = range(max((len(column.parts) for column in columns), default=0))
    figure.add_traces([_parts_at(place, columns) for place in places])
    top = round_up(max((column.height for column in columns), default=0))
    figure.update_layout(
        barmode="stack",
        bargap=0.18,
        margin={"t": _CAPTION_HEIGHT, "b": _AXIS_HEIGHT},
        annotations=[_annotation(caption) for caption in captions],
        shapes=[_behind(place, theme) for place, column in enumerate(columns) if column.is_picked],
    )
    ticks = {place: column.tick for place, column in enumerate(columns) if column.tick}
    figure.update_xaxes(
        range=[-0.5, len(columns) - 0.5], tickvals=list(ticks), ticktext=list(ticks.values()), showgrid=False
    )
    figure.update_yaxes(range=[0, top], tickvals=[0, top / 2, top] if top > 1 else [0, top], tickformat=",d")
    zoom_in_time(figure)
    return figure


def _parts_at(place: int, columns: Sequence[Column]) -> go.Bar:
    """The parts at this place of every column; Plotly stacks one place on the other."""
    return go.Bar(
        x=list(range(len(columns))),
        y=[column.parts[place][0] for column in columns],
        customdata=[column.code for column in columns],
        hovertext=[column.on_hover for column in columns],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": [column.parts[place][1] for column in columns], "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _annotation(caption: Caption) -> dict[str, object]:
    """The words above the columns, at the place of one in the axis or at the right end."""
    at_the_end = {"x": 1, "xref": "paper", "xanchor": "right", "xshift": -ROOM_FOR_BUTTONS}
    return {
        **(at_the_end if caption.at is None else {"x": caption.at - 0.5, "xanchor": "left"}),
        "text": caption.words,
        "y": 1,
        "yref": "paper",
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": caption.colour},
    }


def _behind(place: int, theme: Theme) -> dict[str, object]:
    """A stripe behind the column whose accounts are listed."""
    return {
        "type": "rect",
        "x0": place - 0.5,
        "x1": place + 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "fillcolor": COLOURS[theme].line,
        "line": {"width": 0},
        "layer": "below",
    }


def round_up(highest: float) -> float:
    """Round up to 2, 4, 6, 8 or 10 times a power of ten, so that half of it is a whole number too."""
    size = 1
    while True:
        for digit in (2, 4, 6, 8, 10):
            if highest <= digit * size:
                return float(digit * size)
        size *= 10

"""Horizontal bars from zero, each with its name before it and its numbers behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.figures.palette import COLOURS, Theme
from workbench.figures.template import new_figure
from workbench.figures.texts import pixels_of, plain, shortened

ROW_HEIGHT = 30
_ABOVE, _BELOW = 8, 4
_NARROWEST = 16
"""Pixels that the longest bar keeps where a long name and a long label fill a narrow window."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: ``code`` is what a click on it means, empty for nothing.

    ``words``: our own, in the part, hidden where it is too short for them; ``words_colour``: their colour.
    """

    number: float
    colour: str
    on_hover: str
    code: str = ""
    words: str = ""
    words_colour: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar; its name is any text, its label our own words behind the bar."""

    name: str
    parts: Sequence[Part]
    label: str
    is_quiet: bool = False

    @property
    def length(self) -> float:
        return sum(part.number for part in self.parts)


def bar_figure(bars: Sequence[Bar], theme: Theme, *, row_height: int = ROW_HEIGHT, head: int = 0) -> go.Figure:
    """Draw the bars from top to bottom; the longest one leaves as many pixels behind it as the longest label takes.

    ``head``: how many pixels to leave above the bars.
    """
    above = _ABOVE + head
    figure = new_figure(theme, height=above + len(bars) * row_height + _BELOW)
    figure.add_traces([_parts_at(place, bars) for place in range(max((len(bar.parts) for bar in bars), default=0))])
    figure.add_trace(_labels(bars, theme))
    longest = max((bar.length for bar in bars), default=0) or 1
    room = max((pixels_of(_indented(bar.label)) for bar in bars), default=0)
    figure.update_layout(
        barmode="stack", bargap=0.28, margin={"t": above, "b": _BELOW, "r": room}, minreducedwidth=_NARROWEST
    )
    figure.update_xaxes(range=[0, longest], visible=False)
    figure.update_yaxes(
        range=[len(bars) - 0.5, -0.5],
        tickvals=list(range(len(bars))),
        ticktext=[shortened(bar.name) for bar in bars],
        tickfont_color=COLOURS[theme].text,
        showgrid=False,
    )
    return figure


def _parts_at(place: int, bars: Sequence[Bar]) -> go.Bar:
    """The parts at this place of every bar that has as many; Plotly stacks one place on the other."""
    rows = [(row, bar.parts[place]) for row, bar in enumerate(bars) if place < len(bar.parts)]
    parts = [part for _, part in rows]
    words = {"text": [part.words for part in parts], "insidetextfont": {"color": [part.words_colour for part in parts]}}
    return go.Bar(
        **(words if any(part.words for part in parts) else {}),
        textposition="inside",
        insidetextanchor="start",
        textangle=0,
        orientation="h",
        x=[part.number for part in parts],
        y=[row for row, _ in rows],
        customdata=[part.code for part in parts],
        hovertext=[part.on_hover for part in parts],
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": [part.colour for part in parts], "line": {"width": 0}},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 1}},
    )


def _indented(label: str) -> str:
    """The label with a little room between the bar and each of its lines."""
    return "<br>".join(f"\N{NO-BREAK SPACE}{line}" for line in label.split("<br>"))


def _labels(bars: Sequence[Bar], theme: Theme) -> go.Scatter:
    colours = COLOURS[theme]
    return go.Scatter(
        mode="text",
        x=[bar.length for bar in bars],
        y=list(range(len(bars))),
        text=[_indented(bar.label) for bar in bars],
        textposition="middle right",
        textfont={"color": [colours.quiet if bar.is_quiet else colours.text for bar in bars]},
        hovertext=[plain(bar.name) for bar in bars],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
    )

"""Bars from 0 to 100 %, each with the limits between which its share likely lies, and its share in another period."""

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from workbench.domain.words import share
from workbench.figures.bars import ROW_HEIGHT, Bar, Part, bar_figure
from workbench.figures.palette import COLOURS, Colours, Theme

_OUTLINE = 2
"""Pixels of the page's colour around a line, which crosses bars as dark as itself."""


@dataclass(frozen=True, slots=True)
class ShareBar:
    """A share, None where there is none; the name is any text, label and hover are our own words.

    ``codes``: what a click on the share and on the rest means, empty for nothing. ``before``: the compared share.
    """

    name: str
    share: float | None
    limits: tuple[float | None, float | None]
    label: str
    on_hover: str
    is_few: bool
    codes: tuple[str, str] = ("", "")
    before: float | None = None


def share_figure(
    bars: Sequence[ShareBar], theme: Theme, *, picked: str = "", row_height: int = ROW_HEIGHT, head: int = 0
) -> go.Figure:
    """Draw the bars from top to bottom, grey where the sample is small; the part with the code ``picked`` is darker."""
    drawn = [_bar(one, COLOURS[theme], picked) for one in bars]
    figure = bar_figure(drawn, theme, row_height=row_height, head=head)
    figure.add_traces(_limits(bars, theme))
    if any(one.before is not None for one in bars):
        figure.add_traces(_marks_before(bars, theme))
    return figure


def limits_words(low: float, high: float) -> str:
    return f"Likely between {share(low)} and {share(high)} (95%, Wilson)"


def _bar(one: ShareBar, colours: Colours, picked: str) -> Bar:
    reached, (code, code_of_rest) = one.share or 0, one.codes
    parts = (
        Part(reached, _colour(one, colours, is_picked=bool(code) and picked == code), one.on_hover, code),
        Part(
            0 if one.share is None and not any(one.codes) else 1 - reached,
            colours.strong if code_of_rest and picked == code_of_rest else colours.trace,
            one.on_hover,
            code_of_rest,
        ),
    )
    return Bar(one.name, parts, one.label, is_quiet=one.is_few)


def _colour(one: ShareBar, colours: Colours, *, is_picked: bool) -> str:
    if is_picked:
        return colours.text
    return colours.faint if one.is_few else colours.strong


def _limits(bars: Sequence[ShareBar], theme: Theme) -> list[go.Scatter]:
    """A thin line from the lower to the upper limit of each share."""
    known = [(place, one.limits) for place, one in enumerate(bars) if one.share is not None]
    return [
        go.Scatter(
            mode="lines",
            x=[limit for _, (low, high) in known for limit in (low, high, None)],
            y=[height for place, _ in known for height in (place, place, None)],
            line={"color": colour, "width": width},
            hoverinfo="skip",
        )
        for colour, width in _strokes(theme, 1)
    ]


def _marks_before(bars: Sequence[ShareBar], theme: Theme) -> list[go.Scatter]:
    """An upright mark where the share was in the compared period."""
    marks = [(place, one.before) for place, one in enumerate(bars) if one.before is not None]
    return [
        go.Scatter(
            mode="markers",
            x=[before for _, before in marks],
            y=[place for place, _ in marks],
            marker={"symbol": "line-ns-open", "size": 18, "color": colour, "line": {"width": width}},
            hovertext=[f"{share(before)} in the compared period" for _, before in marks],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )
        for colour, width in _strokes(theme, 2)
    ]


def _strokes(theme: Theme, width: int) -> list[tuple[str, int]]:
    """The colour and width of a line's outline, and of the line."""
    colours = COLOURS[theme]
    return [(colours.page, width + _OUTLINE), (colours.text, width)]

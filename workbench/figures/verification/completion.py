"""Which links are completed after all, by the time they have left: one curve for each link of an account."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from workbench.domain.words import count, ordinal, share
from workbench.figures.curves import name_at_the_end
from workbench.figures.palette import COLOURS, Theme
from workbench.figures.samples import Row
from workbench.figures.template import ROOM_FOR_BUTTONS, new_figure
from workbench.figures.texts import hidden_where_narrow, lines

HEIGHT = 240
_TOPS = (0.25, 0.5, 0.75, 1)


class _Looks(NamedTuple):
    """What tells a curve from the others without colour; ``sign`` is its mark in its name."""

    dash: str
    symbol: str
    sign: str


_LOOKS = (_Looks("solid", "circle", "●"), _Looks("dash", "square", "■"), _Looks("dot", "diamond", "◆"))


def _looks(number: int) -> _Looks:
    return _LOOKS[min(number, len(_LOOKS)) - 1]


def draw_completion(rows: Sequence[Row], theme: Theme) -> go.Figure:
    """Draw rows of ``verification/completion``, from the most hours left to the fewest; hollow where cases are few.

    What the query takes from other links, for lack of cases of its own, is left out.
    """
    spans = sorted({(row["hours_from"], row["hours_until"]) for row in rows}, reverse=True)
    own = [row for row in rows if row["basis"] == "ordinal"]
    curves = {
        number: sorted((row for row in own if row["ordinal"] == number), key=lambda row: -row["hours_from"])
        for number in sorted({row["ordinal"] for row in own})
    }
    figure = new_figure(theme, height=HEIGHT)
    figure.add_traces([_curve(number, points, spans, theme) for number, points in curves.items()])
    ends = {f"{_looks(number).sign} {ordinal(number)} link": points[-1]["share"] for number, points in curves.items()}
    figure.update_xaxes(
        range=[-0.3, len(spans) - 0.7],
        tickvals=list(range(len(spans))),
        ticktext=[
            hidden_where_narrow(f"{start}–{end}", is_spare=place % 2 > 0) for place, (start, end) in enumerate(spans)
        ],
        title_text="hours left",
        showgrid=False,
    )
    highest = max((row["share"] for row in own), default=0)
    top = next(top for top in _TOPS if highest <= top)
    name_at_the_end(figure, ends, theme, top=top)
    figure.update_yaxes(range=[0, 1.05 * top], tickvals=[0, top / 2, top], tickformat="~%")
    figure.update_layout(margin_t=ROOM_FOR_BUTTONS)
    return figure


def _curve(number: int, points: Sequence[Row], spans: Sequence[tuple[int, int]], theme: Theme) -> go.Scatter:
    colours = COLOURS[theme]
    dash, symbol, _ = _looks(number)
    colour = colours.text if number == 1 else colours.quiet
    return go.Scatter(
        mode="lines+markers",
        x=[spans.index((row["hours_from"], row["hours_until"])) for row in points],
        y=[row["share"] for row in points],
        hovertext=[_words(row) for row in points],
        hovertemplate="%{hovertext}<extra></extra>",
        cliponaxis=False,
        line={"color": colour, "dash": dash, "width": 2 if number == 1 else 1.5},
        marker={
            "symbol": symbol,
            "size": 8,
            "color": [colours.page if row["is_few"] else colour for row in points],
            "line": {"color": colour, "width": 1.5},
        },
    )


def _words(row: Row) -> str:
    few = ", too few to rely on" if row["is_few"] else ""
    return lines(
        f"<b>{ordinal(row['ordinal'])} link</b>, {row['hours_from']}–{row['hours_until']} h left",
        f"{share(row['share'])} completed after all: {count(row['completed'])} of {count(row['cases'])}{few}",
    )

"""The open accounts at the end of each day, stacked by whose move it was."""

from collections.abc import Sequence
from datetime import date, timedelta

import plotly.graph_objects as go

from workbench.domain.vocabulary import Turn
from workbench.domain.words import TURN_WORDS, count, plural
from workbench.figures.columns import round_up
from workbench.figures.curves import moved_apart
from workbench.figures.palette import COLOURS, TURN_COLOURS, Theme
from workbench.figures.samples import Row
from workbench.figures.template import new_figure, zoom_in_time
from workbench.figures.texts import hidden_where_narrow, lines, pixels_of

TURNS = (Turn.US, Turn.CUSTOMER, Turn.BAKKT)
"""From bottom to top."""
_TOP_HEIGHT, _PLOT_HEIGHT, _AXIS_HEIGHT, _LABEL_HEIGHT = 20, 190, 32, 16
_AROUND_LABEL = 8
_DAY_MS = 24 * 3600 * 1000
_FEWEST_DAYS = 14
"""A column is never wider than a fourteenth of the figure; up to then every day has its tick."""
_DAYS_BETWEEN_KEPT_TICKS = 4
"""Between the ticks that a narrow figure keeps."""
_MOST_GAPS = 62
"""Days with a gap between them; of more, gaps would be all that is seen."""


def draw_balance(rows: Sequence[Row], theme: Theme) -> go.Figure:
    """Draw rows of ``explore/balance``, whose days are those of UTC; a drag over the axis zooms in."""
    days = sorted({row["day"] for row in rows})
    by_turn = {turn: _closing(rows, turn.value) for turn in TURNS}
    everyone = {row["day"]: row for row in rows if row["turn"] == "all"}
    figure = new_figure(theme, height=_TOP_HEIGHT + _PLOT_HEIGHT + _AXIS_HEIGHT)
    if not days:
        return figure
    hovers = [_words_of(everyone[one], {turn: by_turn[turn][one] for turn in TURNS}) for one in days]
    figure.add_traces([_columns(turn, by_turn[turn], days, hovers) for turn in TURNS])
    top = round_up(max(everyone[one]["closing"] for one in days))
    _lay_out(figure, days, top)
    _name_the_last_column(figure, days, {turn: by_turn[turn][days[-1]] for turn in TURNS}, top, theme)
    zoom_in_time(figure)
    return figure


def _closing(rows: Sequence[Row], turn: str) -> dict[date, int]:
    return {row["day"]: row["closing"] for row in rows if row["turn"] == turn}


def _columns(turn: Turn, closing: dict[date, int], days: Sequence[date], hovers: Sequence[str]) -> go.Bar:
    return go.Bar(
        x=[one.isoformat() for one in days],
        y=[closing[one] for one in days],
        width=_DAY_MS * (0.82 if len(days) <= _MOST_GAPS else 1),
        hovertext=hovers,
        hovertemplate="%{hovertext}<extra></extra>",
        marker={"color": TURN_COLOURS[turn], "line": {"width": 0}},
    )


def _words_of(everyone: Row, closing: dict[Turn, int]) -> str:
    one = everyone["day"]
    return lines(
        f"<b>{one:%a} {one.day} {one:%b %Y}</b>: {plural(everyone['closing'], 'account')} open at the end",
        *(f"{TURN_WORDS[turn]} {count(closing[turn])}" for turn in reversed(TURNS)),
        f"{count(everyone['came_in'])} came in, {count(everyone['went_out'])} went out",
    )


def _lay_out(figure: go.Figure, days: Sequence[date], top: float) -> None:
    shown = max(len(days), _FEWEST_DAYS)
    figure.update_layout(barmode="stack", margin={"t": _TOP_HEIGHT, "b": _AXIS_HEIGHT})
    figure.update_xaxes(
        type="date",
        range=[f"{days[0] - timedelta(days=1)}T12:00", f"{days[0] + timedelta(days=shown - 1)}T12:00"],
        showgrid=False,
        tickformatstops=[
            {"dtickrange": [None, _DAY_MS - 1], "value": " "},
            {"dtickrange": [_DAY_MS, "M1"], "value": "%-d %b"},
            {"dtickrange": ["M1", None], "value": "%b %Y"},
        ],
    )
    if len(days) <= _FEWEST_DAYS:
        figure.update_xaxes(
            tickvals=[one.isoformat() for one in days],
            ticktext=[
                hidden_where_narrow(
                    f"{one.day} {one:%b}", is_spare=(days[-1] - one).days % _DAYS_BETWEEN_KEPT_TICKS > 0
                )
                for one in days
            ],
        )
    figure.update_yaxes(range=[0, top], tickvals=[0, top / 2, top] if top > 1 else [0, top], tickformat=",d")


def _name_the_last_column(
    figure: go.Figure, days: Sequence[date], closing: dict[Turn, int], top: float, theme: Theme
) -> None:
    """Name the parts of the last column: in the margin, or beside it where the days do not fill the figure."""
    middles, below = dict[Turn, float](), 0
    for turn in TURNS:
        middles[turn] = (below + closing[turn] / 2) / top
        below += closing[turn]
    place = {"x": 1, "xref": "paper"} if len(days) >= _FEWEST_DAYS else {"x": f"{days[-1]}T12:00", "xref": "x"}
    labels = {turn: f"{TURN_WORDS[turn]} {count(closing[turn])}" for turn in TURNS}
    from_the_top = TURNS[::-1]
    heights = moved_apart([middles[turn] for turn in from_the_top], _LABEL_HEIGHT / _PLOT_HEIGHT)
    for turn, height in zip(from_the_top, heights, strict=True):
        sign, words = labels[turn].split(" ", 1)
        figure.add_annotation(
            **place,
            text=f'<span style="color:{TURN_COLOURS[turn]}">{sign}</span> {words}',
            xanchor="left",
            xshift=6,
            y=height * top,
            yanchor="middle",
            showarrow=False,
            font={"color": COLOURS[theme].text},
        )
    figure.update_layout(margin_r=_AROUND_LABEL + max(map(pixels_of, labels.values())))

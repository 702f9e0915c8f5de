"""What Plotly loads when it is first used, loaded when the server starts.

It is then frozen out of the garbage collection that follows every rerun, and the first reader does not wait for it.
"""

from datetime import date

import plotly.io
import plotly.tools

from workbench.figures.balance import TURNS, draw_balance
from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.columns import Caption, Column, column_figure
from workbench.figures.curves import Curve, curve_figure
from workbench.figures.funnel.weeks import draw_weeks

_ONE_DAY = [
    {"day": date(2026, 1, 1), "turn": turn, "came_in": 0, "went_out": 0, "closing": 0} for turn in ("all", *TURNS)
]


def draw_one_of_each() -> None:
    """Draw a figure of each kind and throw it away."""
    colour = "#000000"
    figures = (
        bar_figure([Bar("", (Part(1, colour, ""),), "")], "light"),
        column_figure([Column(((1, colour),), "", is_picked=True)], [Caption("", colour)], "light"),
        curve_figure([Curve("-", [1, 2], [0, 1], ["", ""], colour)], "light", since_hours=1, until_hours=2),
        draw_weeks([], "light"),
        draw_balance(_ONE_DAY, "light"),
    )
    for figure in figures:
        plotly.io.to_json(figure, validate=False)

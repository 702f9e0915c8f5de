"""How every figure looks and what can be done with it: one template for each theme, and one configuration."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import plotly.graph_objects as go

from workbench.figures.palette import COLOURS, Colours, Theme

FONT = (
    "'Inter Tabular', 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Hiragino Sans', 'Yu Gothic UI', "
    "'Apple SD Gothic Neo', 'Malgun Gothic', 'Geeza Pro', 'Arial Hebrew', 'Noto Sans', 'Noto Sans CJK JP', "
    "'Noto Sans Arabic', sans-serif"
)
"""The font of the pages, which comes with the app. In a notebook without it the system's font takes its place."""
FONT_SIZE = 12

ROOM_FOR_BUTTONS = 34
"""Pixels at the top right that the button for a picture takes while the pointer is on the figure."""

CONFIG: Mapping[str, Any] = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "toImageButtonOptions": {"format": "png", "scale": 2},
    "scrollZoom": False,
    "doubleClick": "reset",
    "showAxisDragHandles": False,
    "showTips": False,
}
"""For ``st.plotly_chart(config=…)`` and ``figure.show(config=…)``: no logo, PNGs at twice the size."""


def new_figure(theme: Theme, *, height: int) -> go.Figure:
    """An empty figure in the template, with no zoom; ``zoom_in_time`` allows it."""
    return go.Figure(layout={"template": _template(theme), "height": height})


def zoom_in_time(figure: go.Figure) -> None:
    """Let the reader drag over a stretch of the horizontal axis, which shows time; a double click resets it."""
    figure.update_layout(dragmode="zoom")
    figure.update_xaxes(fixedrange=False)


@cache
def _template(theme: Theme) -> go.layout.Template:
    colours = COLOURS[theme]
    axis = _axis(colours)
    layout = {
        "font": {"family": FONT, "size": FONT_SIZE, "color": colours.text},
        "paper_bgcolor": colours.page,
        "plot_bgcolor": colours.page,
        "margin": {"l": 0, "r": 0, "t": 8, "b": 0, "pad": 6},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "bargap": 0.3,
        "hoverlabel": {
            "bgcolor": colours.wash,
            "bordercolor": colours.line,
            "align": "left",
            "font": {"family": FONT, "size": FONT_SIZE, "color": colours.text},
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours.quiet, "activecolor": colours.text},
        "xaxis": axis,
        "yaxis": axis,
    }
    return go.layout.Template(layout=layout)


def _axis(colours: Colours) -> dict[str, Any]:
    return {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": colours.line,
        "linecolor": colours.line,
        "zeroline": False,
        "ticks": "",
        "tickangle": 0,
        "tickfont": {"color": colours.quiet},
        "title": {"font": {"size": FONT_SIZE, "color": colours.quiet}, "standoff": 8},
    }

"""How long accounts took from one milestone to another, as the share that was done by then."""

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from workbench.domain.words import count, share
from workbench.figures.curves import Curve, curve_figure
from workbench.figures.palette import COLOURS, Theme
from workbench.figures.texts import lines

Rows = Sequence[Mapping[str, Any]]


def draw_times(rows: Rows, theme: Theme) -> go.Figure:
    """Draw the rows of ``explore/times``; hours on a logarithmic axis."""
    known = [row for row in rows if row["share_done"] is not None]
    curve = Curve(
        hours=[row["hours"] for row in known],
        shares=[row["share_done"] for row in known],
        on_hover=[_words_of(row) for row in known],
        colour=COLOURS[theme].strong,
        label=f"{share(known[-1]['share_done'])} done" if known else "",
    )
    return curve_figure([curve], theme, since_hours=1, until_hours=2160)


def _words_of(row: Mapping[str, Any]) -> str:
    return lines(
        f"{share(row['share_done'])} done within {count(row['hours'])} h",
        f"{count(row['done'])} in this span, of {count(row['at_risk'])} that had not been done before it",
        f"{count(row['still_open'])} still open, and no older" if row["still_open"] else "",
    )

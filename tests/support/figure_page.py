"""A page with one figure of the registered accounts, and what was drawn."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.palette import Theme
from workbench.ui.charts.plots import show_figure
from workbench.ui.live.cached_queries import read_calmly

drawn: list[Theme] = []
"""The theme of each figure that was drawn."""


def draw_registered(rows: Sequence[Mapping[str, Any]], theme: Theme) -> Any:
    drawn.append(theme)
    registered = rows[0]["registered"]
    return bar_figure([Bar("Registered", (Part(registered, "#111111", "all", "registered"),), "")], theme)


def show_page() -> None:
    show_figure(draw_registered, read_calmly("data/health"), key="wb-plot", alt="Accounts that are registered")

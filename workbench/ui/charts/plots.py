"""Figures on a page: drawn once for everybody, in the reader's theme; a click on a mark calls back with its code.

Marks are not reached by keyboard: a page that lists what is behind them has a box beside the figure that does the same.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import streamlit as st

from workbench.figures.palette import Theme
from workbench.figures.template import CONFIG
from workbench.ui.live.cached_queries import CACHED_SECONDS, QueryResult

CACHED_FIGURES = 48

Option = QueryResult | str | int | float | None
Options = Mapping[str, Option]
Draw = Callable[..., Any]
"""``draw_…`` of ``workbench.figures``: rows and theme to a figure."""


@dataclass(frozen=True, slots=True)
class DrawnFigure:
    """A figure that sessions share, and the codes of its marks; whoever changed it would change it for everybody."""

    figure: Any
    codes: frozenset[str]


def show_figure(
    draw: Draw,
    answer: QueryResult,
    *,
    key: str,
    alt: str,
    options: Options = MappingProxyType({}),
    on_pick: Callable[[str], None] | None = None,
) -> None:
    """Show ``draw(answer.rows, theme, **options)``; an option that is an answer stands for its rows.

    ``alt`` says to those who do not see the figure what it shows. A click calls ``on_pick`` with the ``customdata`` of
    the mark before the page reruns. The figure is kept for everybody, so it may show counts and codes but no customer.
    """
    theme = shown_theme()
    drawn = _drawn(_key_of(draw, answer, theme, options), _draw=draw, _answer=answer, _theme=theme, _options=options)
    config = {**CONFIG, "toImageButtonOptions": {**CONFIG["toImageButtonOptions"], "filename": key}}
    if on_pick is None:
        st.plotly_chart(drawn.figure, theme=None, key=key, config=config, alt=alt)
        return

    def pass_on() -> None:
        code = picked_code(st.session_state[key], drawn.codes)
        if code:
            on_pick(code)

    st.plotly_chart(
        drawn.figure, theme=None, key=key, config=config, alt=alt, on_select=pass_on, selection_mode="points"
    )


def shown_theme() -> Theme:
    """The theme of the reader's page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def picked_code(state: Mapping[str, Any], codes: Container[str]) -> str:
    """The code of the mark that was clicked, as the browser tells it; empty if none has it, or a choice was undone."""
    points = state["selection"]["points"]
    code = str(points[0].get("customdata")) if points else ""
    return code if code in codes else ""


def _key_of(draw: Draw, answer: QueryResult, theme: Theme, options: Options) -> str:
    """What the figure depends on. A text, because Streamlit takes long to hash anything else."""
    asked = {name: _identity(value) if isinstance(value, QueryResult) else value for name, value in options.items()}
    return repr((draw.__module__, draw.__qualname__, _identity(answer), theme, sorted(asked.items())))


def _identity(answer: QueryResult) -> tuple[Any, ...]:
    return answer.name, sorted(answer.params.items()), answer.read_at


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_FIGURES, show_spinner=False)
def _drawn(
    key: str,  # noqa: ARG001 - it is the cache's key
    *,
    _draw: Draw,
    _answer: QueryResult,
    _theme: Theme,
    _options: Options,
) -> DrawnFigure:
    rows = {name: value.rows if isinstance(value, QueryResult) else value for name, value in _options.items()}
    figure = _draw(_answer.rows, _theme, **rows)
    codes = (code for trace in figure.data for code in (trace.customdata if trace.customdata is not None else ()))
    return DrawnFigure(figure, frozenset(map(str, filter(None, codes))))

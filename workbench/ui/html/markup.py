"""HTML building blocks for the pages, made of htpy elements: they escape text, and nothing else can be shown.

Streamlit's Markdown turns names into links, emoji and colours even when they are escaped; HTML does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import htpy as h
import streamlit as st
from htpy import Element, Node, Renderable
from markupsafe import Markup

Tone = Literal["", "wb-amber", "wb-red"]


def as_html(*elements: Renderable) -> str:
    """The HTML of these elements. A bare string has no ``__html__``: mypy refuses it, and so does the running page."""
    return "".join(element.__html__() for element in elements)


def show_html(*elements: Renderable) -> None:
    st.html(as_html(*elements))


def trusted_markup(source: str) -> Markup:
    """Markup that htpy did not build: only for our own files and constants, and for what a library drew.

    A constant may be a template: ``trusted_markup("<td>%s</td>") % name`` escapes the name.
    """
    return Markup(source)  # noqa: S704 - the only place; tests/test_structure.py lists its callers


def show_heading(text: str, note: str = "") -> None:
    """A section heading with a muted note to its right."""
    show_html(h.h2(".wb-section")[text, note and h.span(".wb-note")[note]])


def show_note(*words: Node, tone: Tone = "", role: str | None = None) -> None:
    show_html(h.p(class_=["wb-note", tone], role=role)[words])


def show_sentence(*words: Node, tone: Tone = "", role: str | None = None) -> None:
    """A sentence in the size of the page's text."""
    show_html(h.p(class_=["wb-sentence", tone], role=role)[words])


def show_lines(lines: Iterable[Node], *, look: str = "wb-findings", tone: Tone = "", role: str | None = None) -> None:
    """A list with one line of text each."""
    show_html(h.ul(class_=[look, tone], role=role)[[h.li[line] for line in lines]])


def show_empty(text: str, next_step: str = "") -> None:
    """A placeholder for an empty list, with the next step."""
    show_html(h.div(".wb-empty")[h.strong[text], next_step and h.span[next_step]])


def show_facts(facts: Mapping[str, object]) -> None:
    """A list of labels and values, one pair per line; None and empty values are left out."""
    pairs = [[h.dt[name], _fact(value)] for name, value in facts.items() if value not in (None, "")]
    if pairs:
        show_html(h.dl(".wb-facts")[pairs])


def _fact(value: object) -> Element:
    return h.dd(title=value.note or None)[value.text] if isinstance(value, Cell) else h.dd[str(value)]


def badge(text: str, colour: str = "") -> Element:
    return h.span(".wb-badge", style=f"background:{colour}33" if colour else None)[text]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a small table: its text, a tooltip, and ``is_quiet`` where the number is based on too few cases."""

    text: str
    is_quiet: bool = False
    note: str = ""


def show_grid(headers: Sequence[str], rows: Sequence[Sequence[Cell]], *, text_columns: int = 1) -> None:
    """A small table of numbers: the first column holds row headers, and the first ``text_columns`` columns are text."""
    table = h.table(f".wb-grid.wb-words-{text_columns}")[
        h.thead[h.tr[[_COLUMN_HEADER[header] for header in headers]]],
        h.tbody[Markup().join(map(_row, rows))],
    ]
    show_html(h.div(".wb-scroll")[table])


_COLUMN_HEADER = h.th(scope="col")
_ROW = trusted_markup("<tr>%s</tr>")
_CELLS = {
    (True, False): trusted_markup("<th>%s</th>"),
    (True, True): trusted_markup('<th class="wb-quiet">%s</th>'),
    (False, False): trusted_markup("<td>%s</td>"),
    (False, True): trusted_markup('<td class="wb-quiet">%s</td>'),
}
"""Templates by ``is_head`` and ``is_quiet``, because an element costs ten times as much; they escape the text too."""


def _row(cells: Sequence[Cell]) -> Markup:
    return _ROW % Markup().join(_cell(cell, is_head=not i) for i, cell in enumerate(cells))


def _cell(cell: Cell, *, is_head: bool) -> Element | Markup:
    if cell.note:
        element = h.th if is_head else h.td
        return element(class_={"wb-quiet": cell.is_quiet}, title=cell.note)[cell.text]
    return _CELLS[is_head, cell.is_quiet] % cell.text

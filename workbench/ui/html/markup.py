"""HTML building blocks for the pages; every value they show is escaped.

Streamlit's Markdown turns names into links, emoji and colours even when they are escaped; HTML does not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st


def literal(text: object) -> str:
    """The text escaped for HTML; empty for None."""
    return escape("" if text is None else str(text), quote=True)


def show_html(markup: str) -> None:
    st.html(markup)


def show_heading(text: str, note: str = "") -> None:
    """A section heading with a muted note to its right."""
    aside = f'<span class="wb-note">{literal(note)}</span>' if note else ""
    show_html(f'<h2 class="wb-section">{literal(text)}{aside}</h2>')


def show_note(text: str) -> None:
    show_html(f'<p class="wb-note">{literal(text)}</p>')


def show_empty(text: str, next_step: str = "") -> None:
    """A placeholder for an empty list, with the next step."""
    step = f"<span>{literal(next_step)}</span>" if next_step else ""
    show_html(f'<div class="wb-empty"><strong>{literal(text)}</strong>{step}</div>')


def show_facts(facts: Mapping[str, object]) -> None:
    """A list of labels and values, one pair per line; None and empty values are left out."""
    pairs = [f"<dt>{literal(name)}</dt>{_fact(value)}" for name, value in facts.items() if value not in (None, "")]
    if pairs:
        show_html(f'<dl class="wb-facts">{"".join(pairs)}</dl>')


def _fact(value: object) -> str:
    note = f' title="{literal(value.note)}"' if isinstance(value, Cell) else ""
    return f"<dd{note}>{literal(value.text if isinstance(value, Cell) else value)}</dd>"


def badge(text: str, colour: str = "") -> str:
    style = f' style="background:{colour}33"' if colour else ""
    return f'<span class="wb-badge"{style}>{literal(text)}</span>'


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a small table: its text, a tooltip, and ``is_quiet`` where the number is based on too few cases."""

    text: str
    is_quiet: bool = False
    note: str = ""


def show_grid(headers: Sequence[str], rows: Sequence[Sequence[Cell]], *, text_columns: int = 1) -> None:
    """A small table of numbers: the first column holds row headers, and the first ``text_columns`` columns are text."""
    head = "".join(f'<th scope="col">{literal(header)}</th>' for header in headers)
    body = "".join(f"<tr>{''.join(_cell(cell, is_head=not i) for i, cell in enumerate(row))}</tr>" for row in rows)
    table = (
        f'<table class="wb-grid wb-words-{text_columns}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
    show_html(f'<div class="wb-scroll">{table}</div>')


def _cell(cell: Cell, *, is_head: bool) -> str:
    tag = "th" if is_head else "td"
    quiet = ' class="wb-quiet"' if cell.is_quiet else ""
    note = f' title="{literal(cell.note)}"' if cell.note else ""
    return f"<{tag}{quiet}{note}>{literal(cell.text)}</{tag}>"

"""Bar and column charts as HTML in the page, without a chart library; a click on a bar lists its accounts.

A bar that can be selected is a button, so that the keyboard reaches it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import htpy as h
from htpy import Element, Node, Renderable
from markupsafe import Markup

from workbench.ui.html.live_markup import show_live
from workbench.ui.html.markup import show_heading, show_html, trusted_markup

_TRACK = 100.0


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a bar: its number, its colour as the suffix of a CSS class, and its hover text."""

    number: float
    tone: str
    on_hover: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar, its name before it and its numbers after it; ``pick`` is the value that a click selects."""

    name: str
    parts: Sequence[Segment]
    numbers: str
    note: str = ""
    mark: str = ""
    pick: str = ""
    is_picked: bool = False

    @property
    def length(self) -> float:
        return sum(part.number for part in self.parts)


@dataclass(frozen=True, slots=True)
class Column:
    """A vertical bar; ``tick`` holds the lines of its label on the axis, empty for most."""

    parts: tuple[Segment, ...]
    on_hover: str
    tick: tuple[str, ...] = ()

    @property
    def height(self) -> float:
        return sum(part.number for part in self.parts)


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption above the columns, from column ``at`` onwards, or aligned right if ``at`` is None."""

    words: str
    tone: str
    at: int | None = None


def show_bars(
    title: str, markup: Renderable, *, key: str, note: str = "", on_pick: Callable[[str], None] | None = None
) -> None:
    """Show bars under their title; a click calls ``on_pick`` with the bar's ``pick`` before the page reruns."""
    show_heading(title, note)
    figure = h.div(".wb-figure", role="group", aria_label=title)[markup]
    if on_pick is None:
        show_html(figure)
    else:
        show_live(figure, key=key, on_pick=on_pick)


def bars_markup(bars: Sequence[Bar], *, room: float = 1.8, is_tall: bool = False) -> Element:
    """Draw horizontal bars from zero; the track is ``room`` times the longest bar, to fit the numbers after it."""
    longest = max((bar.length for bar in bars), default=0) or 1
    rows = [_row(bar, _TRACK / (longest * room)) for bar in bars]
    return h.div(class_={"wb-bars": True, "wb-tall": is_tall})[rows]


def _row(bar: Bar, percent_of_one: float) -> Markup:
    parts = [_part(part, "width", part.number * percent_of_one) for part in bar.parts if part.number]
    mark = _MARK % bar.mark if bar.mark else ""
    note = _NOTE % bar.note if bar.note else ""
    cells = _CELLS % (bar.name, mark, Markup().join(parts), bar.numbers, note)
    if not bar.pick:
        return _BAR % cells
    return _BAR_TO_PICK % (bar.pick, "true" if bar.is_picked else "false", cells)


_BAR = trusted_markup('<div class="wb-bar">%s</div>')
_BAR_TO_PICK = trusted_markup('<button type="button" class="wb-bar" data-pick="%s" aria-pressed="%s">%s</button>')
_CELLS = trusted_markup(
    '<span class="wb-bar-name">%s%s</span>'
    '<span class="wb-bar-track">%s<span class="wb-bar-numbers"><b>%s</b>%s</span></span>'
)
_MARK = trusted_markup('<span class="wb-bar-mark">%s</span>')
_NOTE = trusted_markup(" <span>%s</span>")
_PART = trusted_markup('<i class="wb-%s" style="%s:%.3f%%"%s></i>')
_COLUMN = trusted_markup('<div class="wb-column" data-says="%s">%s%s</div>')
_ON_HOVER = trusted_markup(' title="%s"')
"""Templates, because a chart has hundreds of parts, and an element of htpy costs ten times as much; they escape too."""


def _part(part: Segment, side: str, percent: float) -> Markup:
    return _PART % (part.tone, side, percent, _ON_HOVER % part.on_hover if part.on_hover else Markup())


def columns_markup(columns: Sequence[Column], captions: Sequence[Caption]) -> Element:
    """Draw columns side by side over an axis from zero to a round number."""
    top = _round_up(max((column.height for column in columns), default=0))
    lines = [h.span(style=f"bottom:{100 * at / top:.1f}%")[f"{at:,.0f}"] for at in _levels(top)]
    return h.div(".wb-hours")[
        h.div(".wb-captions")[[_caption(caption, len(columns)) for caption in captions]],
        h.div(".wb-levels", aria_hidden="true")[lines],
        h.div(".wb-columns")[[_column(column, top) for column in columns]],
    ]


@lru_cache(maxsize=1024)
def _column(column: Column, top: float) -> Markup:
    """Draw one column; from one run of a page to the next most are the same, and they hold counts and times alone."""
    parts = [_part(part, "height", 100 * part.number / top) for part in column.parts if part.number]
    tick = h.span(".wb-tick")[_lines(column.tick)] if column.tick else ""
    return _COLUMN % (column.on_hover, Markup().join(parts), tick)


def _lines(words: Sequence[str]) -> Node:
    return [[h.br if number else None, line] for number, line in enumerate(words)]


def _caption(caption: Caption, columns: int) -> Element:
    position = "right:0" if caption.at is None else f"left:{100 * caption.at / max(columns, 1):.2f}%"
    return h.span(class_=f"wb-{caption.tone}-words", style=position)[caption.words]


def _levels(top: float) -> list[float]:
    return [0, top / 2, top] if top > 1 else [0, top]


def _round_up(highest: float) -> float:
    """Round up to 2, 4, 6 or 8 times a power of ten, so that half of it is a whole number too."""
    size = 1
    while True:
        for digit in (2, 4, 6, 8):
            if highest <= digit * size:
                return float(digit * size)
        size *= 10

"""Bar charts as HTML in the page, without a chart library, where there is nothing to zoom or to open."""

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h
from htpy import Element, Renderable
from markupsafe import Markup

from workbench.ui.html.markup import show_heading, show_html, trusted_markup

_TRACK = 100.0


@dataclass(frozen=True, slots=True)
class HtmlBarPart:
    """A part of a bar: its number, its colour as the suffix of a CSS class, and its hover text."""

    number: float
    tone: str
    on_hover: str = ""


@dataclass(frozen=True, slots=True)
class HtmlBar:
    """A horizontal bar, its name before it and its numbers after it."""

    name: str
    parts: Sequence[HtmlBarPart]
    numbers: str
    note: str = ""

    @property
    def length(self) -> float:
        return sum(part.number for part in self.parts)


def show_bars(title: str, markup: Renderable) -> None:
    """Show bars under their title."""
    show_heading(title)
    show_html(h.div(".wb-figure", role="group", aria_label=title)[markup])


def bars_markup(bars: Sequence[HtmlBar], *, room: float = 1.8) -> Element:
    """Draw horizontal bars from zero; the track is ``room`` times the longest bar, to fit the numbers after it."""
    longest = max((bar.length for bar in bars), default=0) or 1
    return h.div(".wb-bars")[[_row(bar, _TRACK / (longest * room)) for bar in bars]]


def _row(bar: HtmlBar, percent_of_one: float) -> Markup:
    parts = [_part(part, part.number * percent_of_one) for part in bar.parts if part.number]
    note = _NOTE % bar.note if bar.note else ""
    return _BAR % (bar.name, Markup().join(parts), bar.numbers, note)


_BAR = trusted_markup(
    '<div class="wb-bar"><span class="wb-bar-name">%s</span>'
    '<span class="wb-bar-track">%s<span class="wb-bar-numbers"><b>%s</b>%s</span></span></div>'
)
_NOTE = trusted_markup(" <span>%s</span>")
_PART = trusted_markup('<i class="wb-%s" style="width:%.3f%%"%s></i>')
_ON_HOVER = trusted_markup(' title="%s"')
"""Templates, because an element of htpy costs ten times as much; they escape too."""


def _part(part: HtmlBarPart, percent: float) -> Markup:
    return _PART % (part.tone, percent, _ON_HOVER % part.on_hover if part.on_hover else Markup())

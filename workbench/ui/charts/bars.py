"""Bar and column charts as HTML in the page, without a chart library; a click on a bar lists its accounts.

A bar that can be selected is a button, so that the keyboard reaches it too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.ui.html.live_markup import show_live
from workbench.ui.html.markup import literal, show_heading, show_html

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

    parts: Sequence[Segment]
    on_hover: str
    tick: Sequence[str] = ()

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
    title: str, markup: str, *, key: str, note: str = "", on_pick: Callable[[str], None] | None = None
) -> None:
    """Show bars under their title; a click calls ``on_pick`` with the bar's ``pick`` before the page reruns."""
    show_heading(title, note)
    figure = f'<div class="wb-figure" role="group" aria-label="{literal(title)}">{markup}</div>'
    if on_pick is None:
        show_html(figure)
    else:
        show_live(figure, key=key, on_pick=on_pick)


def bars_markup(bars: Sequence[Bar], *, room: float = 1.8, is_tall: bool = False) -> str:
    """Draw horizontal bars from zero; the track is ``room`` times the longest bar, to fit the numbers after it."""
    longest = max((bar.length for bar in bars), default=0) or 1
    rows = "".join(_row(bar, _TRACK / (longest * room)) for bar in bars)
    return f'<div class="wb-bars{" wb-tall" if is_tall else ""}">{rows}</div>'


def _row(bar: Bar, percent_of_one: float) -> str:
    parts = "".join(_part(part, "width", part.number * percent_of_one) for part in bar.parts if part.number)
    mark = f'<span class="wb-bar-mark">{literal(bar.mark)}</span>' if bar.mark else ""
    note = f" <span>{literal(bar.note)}</span>" if bar.note else ""
    numbers = f'<span class="wb-bar-numbers"><b>{literal(bar.numbers)}</b>{note}</span>'
    name = f'<span class="wb-bar-name">{literal(bar.name)}{mark}</span>'
    cells = f'{name}<span class="wb-bar-track">{parts}{numbers}</span>'
    if not bar.pick:
        return f'<div class="wb-bar">{cells}</div>'
    pressed = "true" if bar.is_picked else "false"
    choice = f'data-pick="{literal(bar.pick)}" aria-pressed="{pressed}"'
    return f'<button type="button" class="wb-bar" {choice}>{cells}</button>'


def _part(part: Segment, side: str, percent: float) -> str:
    on_hover = f' title="{literal(part.on_hover)}"' if part.on_hover else ""
    return f'<i class="wb-{part.tone}" style="{side}:{percent:.3f}%"{on_hover}></i>'


def columns_markup(columns: Sequence[Column], captions: Sequence[Caption]) -> str:
    """Draw columns side by side over an axis from zero to a round number."""
    top = _round_up(max((column.height for column in columns), default=0))
    lines = "".join(f'<span style="bottom:{100 * at / top:.1f}%">{at:,.0f}</span>' for at in _levels(top))
    above = "".join(_caption(caption, len(columns)) for caption in captions)
    drawn = "".join(_column(column, top) for column in columns)
    return (
        f'<div class="wb-hours"><div class="wb-captions">{above}</div>'
        f'<div class="wb-levels" aria-hidden="true">{lines}</div><div class="wb-columns">{drawn}</div></div>'
    )


def _column(column: Column, top: float) -> str:
    parts = "".join(_part(part, "height", 100 * part.number / top) for part in column.parts if part.number)
    tick = f'<span class="wb-tick">{"<br>".join(map(literal, column.tick))}</span>' if column.tick else ""
    return f'<div class="wb-column" data-says="{literal(column.on_hover)}">{parts}{tick}</div>'


def _caption(caption: Caption, columns: int) -> str:
    position = "right:0" if caption.at is None else f"left:{100 * caption.at / max(columns, 1):.2f}%"
    return f'<span class="wb-{caption.tone}-words" style="{position}">{literal(caption.words)}</span>'


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

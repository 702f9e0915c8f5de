"""The numbers above the list of the page Backlog: each with what it was yesterday and a line of two weeks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import htpy as h
from htpy import Element

from workbench.domain.words import count
from workbench.ui.html.live_markup import show_live

TILES = {"late": "late", "verification": "must verify", "kyb_documents": "need KYB documents", "open": "open in total"}
"""The views that have a tile, and what it says behind the number: what the journey knows of every day."""

_WIDTH, _HEIGHT = 64, 26
_POLYLINE, _CIRCLE = h.Element("polyline"), h.VoidElement("circle")


def show_tiles(
    counts: Mapping[str, int], trends: Sequence[Mapping[str, Any]], go_to_view: Callable[[str], None]
) -> None:
    """Show the tiles; each is a button that lists its accounts."""
    tiles = [_tile(code, counts[code], [day[code] for day in trends[:-1]]) for code in TILES]
    show_live(h.div(".wb-tiles")[tiles], key="wb-tiles", on_pick=go_to_view)


def _tile(code: str, number: int, before: Sequence[int]) -> Element:
    return h.button(".wb-tile", type="button", data_pick=code)[
        h.span(".wb-tile-words")[
            h.b[count(number)], " ", TILES[code], h.small[change_words(number, before[-1]) if before else ""]
        ],
        line_of([*before, number]) if any(before) else None,
    ]


def change_words(now: int, yesterday: int) -> str:
    """How many more or fewer than yesterday at this time."""
    if now == yesterday:
        return "same as yesterday"
    return f"{count(abs(now - yesterday))} {'more' if now > yesterday else 'fewer'} than yesterday"


def line_of(numbers: Sequence[int]) -> Element:
    """A line through the numbers, from zero, with a dot at the last one."""
    top = max(numbers) or 1
    step = (_WIDTH - 4) / max(len(numbers) - 1, 1)
    points = [(2 + place * step, 2 + (_HEIGHT - 4) * (1 - number / top)) for place, number in enumerate(numbers)]
    x, y = points[-1]
    return h.svg(".wb-line", viewBox=f"0 0 {_WIDTH} {_HEIGHT}", width=_WIDTH, height=_HEIGHT, aria_hidden="true")[
        _POLYLINE(points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points)), _CIRCLE(cx=f"{x:.1f}", cy=f"{y:.1f}", r="2")
    ]

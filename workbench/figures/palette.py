"""The colours, each written once. Colour means turn or urgency; everything else is a grey.

Any two of the turn colours stay distinguishable under protanopia, deuteranopia and tritanopia, and each has 2:1
contrast with the light and the dark background; a shape and a word always accompany them.
"""

from dataclasses import dataclass
from typing import Literal

from workbench.domain.vocabulary import Turn

Theme = Literal["light", "dark"]

TURN_COLOURS = {
    Turn.CUSTOMER: "#4B86E3",
    Turn.US: "#A34A99",
    Turn.BAKKT: "#12876F",
    Turn.NOBODY: "#A9AFB9",
}
GREY = "#8B919C"
RED, AMBER = "#D64A40", "#C98A1B"
"""Urgency: what failed or is lost, and what waits for somebody."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme, those of .streamlit/config.toml and style.css: words, lines, and the greys of marks."""

    page: str
    text: str
    quiet: str
    line: str
    wash: str
    red_words: str
    amber_words: str
    strong: str
    """What the figure is about."""
    faint: str
    """What stands beside it."""
    trace: str
    """What is missing of a whole."""


COLOURS: dict[Theme, Colours] = {
    "light": Colours(
        page="#FFFFFF",
        text="#1C1F24",
        quiet="#666C76",
        line="#E2E4E8",
        wash="#F7F8F9",
        red_words="#C2342B",
        amber_words="#94600A",
        strong="#59606C",
        faint="#C3C7CD",
        trace="#ECEEF0",
    ),
    "dark": Colours(
        page="#121418",
        text="#E8EAED",
        quiet="#9BA1AC",
        line="#2C3038",
        wash="#191C21",
        red_words="#F0766C",
        amber_words="#E0A84A",
        strong="#B4BAC4",
        faint="#565C66",
        trace="#23272E",
    ),
}

"""The colours that carry a meaning: one per turn. Everything else is grey, except amber and red in the CSS.

Any two of the turn colours stay distinguishable under protanopia, deuteranopia and tritanopia, and each has 2:1
contrast with the light and the dark background; a shape and a word always accompany them.
"""

from workbench.domain.vocabulary import Turn

TURN_COLOURS = {
    Turn.CUSTOMER: "#4B86E3",
    Turn.US: "#A34A99",
    Turn.BAKKT: "#12876F",
    Turn.NOBODY: "#A9AFB9",
}
GREY = "#8B919C"
RED, AMBER = "#D64A40", "#C98A1B"
"""Urgency: what failed or is lost, and what waits for somebody."""

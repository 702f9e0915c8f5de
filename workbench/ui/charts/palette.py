"""The only colours that mean something: four turns and two urgencies. Everything else is grey.

The turns were chosen so that any two of them stay apart under protanopia, deuteranopia and tritanopia and hold 2:1
against the light and the dark background; a shape and a word always stand beside them.
"""

from workbench.domain.vocabulary import Turn

TURN_COLOURS = {
    Turn.CUSTOMER: "#4B86E3",
    Turn.US: "#A34A99",
    Turn.BAKKT: "#12876F",
    Turn.NOBODY: "#A9AFB9",
}
GREY = "#8B919C"

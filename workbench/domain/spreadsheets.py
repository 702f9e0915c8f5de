"""Text that a spreadsheet would run as a formula.

A spreadsheet that opens a CSV file may split it at any separator, and does not always heed quotes. So every sign that
could come to stand at the start of a cell gets an apostrophe before it, wherever it is in the text.
"""

import re

_SIGNS = "=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
_SIGNS_IN_OTHER_FORMS = "⁺⁼₊₌⩵⩶﬩﹢﹣﹦﹫"
"""Characters that Unicode's compatibility forms (NFKC) turn into one of the signs."""
_ANY_SIGN = f"{_SIGNS}{_SIGNS_IN_OTHER_FORMS}"
_CELL_MAY_START = rf"(?<![^\W_])(?<![{_ANY_SIGN}])"
"""Behind anything but a letter, a digit or another sign: separators, blanks, quotes, line breaks, brackets."""
_LIVE = re.compile(rf"{_CELL_MAY_START}(?=[{_ANY_SIGN}\t\r\n])")
_DEFUSED = re.compile(rf"{_CELL_MAY_START}'(?=[{_ANY_SIGN}\t\r\n])")


def defused(text: str) -> str:
    """The text with an apostrophe before every sign or control character that could start a cell."""
    return _LIVE.sub("'", text)


def undefused(text: str) -> str:
    """The text as it was before ``defused``; any other text is returned as it stands."""
    original = _DEFUSED.sub("", text)
    return original if defused(original) == text else text

"""Other people's text in a figure, shown as it is: Plotly reads pseudo-HTML, entities and TeX in every text."""

import html
import re
import unicodedata

from workbench.domain.text import isolated, one_line

LONGEST_LABEL = 28

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
"""Between two dollar signs Plotly sets formulas, where the page has MathJax, as notebooks do."""
_TAG = re.compile("<[^>]*>")
_NARROW, _WIDE = frozenset(" \N{NO-BREAK SPACE}ijlI.,:;·'|()frt"), frozenset("mwMW%…●■◆▲")
_NARROW_PIXELS, _USUAL_PIXELS, _WIDE_PIXELS = 4.2, 8.0, 12.5


def plain(text: object) -> str:
    """Text for a label, a tick or a hover, on one line and without meaning to Plotly."""
    line = one_line(str(text))
    return isolated(line.translate(_ESCAPED), line)


def shortened(text: object, longest: int = LONGEST_LABEL) -> str:
    """The same for a place that is narrow, with an ellipsis for what does not fit."""
    line = one_line(str(text)).strip()
    return plain(line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…")


def lines(*texts: str) -> str:
    """The lines of a hover; each is our own words, or went through ``plain``. Empty ones are left out."""
    return "<br>".join(filter(None, texts))


def hidden_where_narrow(words: str, *, is_spare: bool) -> str:
    """Our own words at a place of a figure; the style sheet of the pages hides spare ones where it is narrow."""
    return f'<span style="--wb-spare:1">{words}</span>' if is_spare else words


def pixels_of(label: str) -> float:
    """About how wide the longest line of our own words is in a figure: rather too much than too little."""
    return max(sum(map(_pixels_of_sign, html.unescape(_TAG.sub("", line)))) for line in label.split("<br>"))


def _pixels_of_sign(sign: str) -> float:
    if sign in _NARROW:
        return _NARROW_PIXELS
    is_wide = sign in _WIDE or unicodedata.east_asian_width(sign) in "WF"
    return _WIDE_PIXELS if is_wide else _USUAL_PIXELS

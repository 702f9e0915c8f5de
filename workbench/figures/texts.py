"""Other people's text in a figure, shown as it is: Plotly reads pseudo-HTML, entities and TeX in every text."""

from workbench.domain.text import isolated, one_line

LONGEST_LABEL = 28

_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})
"""Between two dollar signs Plotly sets formulas, where the page has MathJax, as notebooks do."""


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

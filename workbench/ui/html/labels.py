"""Labels: what Streamlit reads as Markdown, such as the words on a button, with other people's text shown as it is.

Streamlit also turns arrows, web addresses, ``:names:`` and ``:material/icons:`` into something else, after Markdown has
undone all escapes. So such signs stand alone, between empty directives, where none of these is recognised.

A fixed text needs none of this. ``tests/ui/test_label_texts.py`` refuses any other text than a ``Label`` as a label.
"""

import re
import unicodedata

from workbench.domain.text import isolated, one_line


class Label(str):
    """Markdown that shows other people's text as it is. Made by ``label`` and ``literal`` alone."""

    __slots__ = ()


_NOTHING = ":color{}"
"""A directive that Streamlit renders as an empty element: it separates the text before it from the text behind it."""
_STARTS_SOMETHING = re.compile(r"[!#$&)*+\-.:<=>@\[\\\]^_`{|}~\N{NO-BREAK SPACE}]")
_STANDS_ALONE = re.compile(r"(?<=[:.@<>=])(?!$)|(?<!^)(?=[:.@<>=])|(?<=-)(?=-)")
_BLANKS_THAT_ARE_LOST = re.compile(r"^ +| +$|(?<= ) +")


def label(template: str, *values: object) -> Label:
    """Our own words with values in place of each ``{}``: ``label("Send {} again", name)``."""
    return Label(template.format(*(value if isinstance(value, Label) else literal(value) for value in values)))


def literal(value: object) -> Label:
    """Text that is shown as it is, on one line."""
    text = one_line(str(value))
    blanks_kept = _BLANKS_THAT_ARE_LOST.sub(lambda found: "\N{NO-BREAK SPACE}" * len(found[0]), text)
    escaped = _NOTHING.join(_STARTS_SOMETHING.sub(_reference, part) for part in _STANDS_ALONE.split(blanks_kept))
    if unicodedata.category(text[:1] or " ") == "So":
        escaped = f"{_NOTHING}{escaped}"  # some elements would take an emoji at the start for their icon
    return Label(isolated(escaped, text))


def _reference(sign: re.Match[str]) -> str:
    return f"&#{ord(sign[0])};"

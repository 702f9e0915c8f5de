"""Texts that people may have written anywhere, and what a figure of them must be."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any

from tests.support.strange_texts import TEXTS

ODD = (
    *TEXTS,
    *("=HYPERLINK(1)", "+1+1", "@SUM(1)", "\u202eDEU", "\u2067USA", "a\u0000b", "one\ntwo", "<b>", "$x$", "%{x}", "{}"),
    *("سارة", "수진 오", "Ж" * 5_000, " ", "-", "USA-", "-USA", "unknown", "other", "none"),
)


def assert_sound(figure: Any) -> None:
    """Assert that every number is finite, and that no text means something else than it says."""
    written = json.loads(figure.to_json())
    layout = {name: part for name, part in written["layout"].items() if name != "template"}
    for value in leaves([written["data"], layout]):
        if isinstance(value, str):
            assert_plain(value)
        elif value is not None:
            assert math.isfinite(value)
    assert written["layout"]["height"] < 2_000


def leaves(node: Any) -> Iterator[Any]:
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for part in node:
            yield from leaves(part)
    else:
        yield node


OUR_TAGS = re.compile(r'</?b>|<br>|<span style="(?:color:#[0-9A-Fa-f]{6}|--wb-spare:1)">|</span>|<extra></extra>')


def assert_plain(text: str) -> None:
    """Without our own tags, a text has none, no entity but ours, no formula, and no mark that turns letters round."""
    theirs = OUR_TAGS.sub("", text)
    assert not re.search(r"[<>$\n\u0000\u202a-\u202e]", theirs), text[:200]
    assert not re.search(r"&(?!amp;|lt;|gt;|#36;)", theirs), text[:200]
    assert text.count("<b>") == text.count("</b>")

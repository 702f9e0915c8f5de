"""One requirement of the KYB checklist as an item of a list."""

from collections.abc import Mapping
from typing import Any

import htpy as h
from htpy import Element

from workbench.ui.text.kyb_words import reason_words


def requirement_item(words: str, line: Mapping[str, Any]) -> Element:
    """The requirement as an item of a list: whether it is met, and why."""
    return h.li(class_={"wb-met": line["is_met"]})[words, " ", h.span[reason_words(line["reason"])]]

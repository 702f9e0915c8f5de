"""An account's owners, its documents, its KYB checklist and its missing data."""

from collections.abc import Mapping, Sequence
from typing import Any

import htpy as h
from htpy import Element

from workbench.domain.account.field_words import field_words
from workbench.domain.kyb.requirements import requirement_words
from workbench.ui.html.markup import show_heading, show_html
from workbench.ui.text.kyb_words import reason_words


def show_checklist(lines: Sequence[dict[str, Any]]) -> None:
    """Show the KYB checklist: each requirement, whether it is met, and why."""
    if not lines:
        return
    show_heading("KYB checklist", f"{sum(line['is_met'] for line in lines)} of {len(lines)} met")
    show_html(h.ul(".wb-checks")[[_checklist_item(line) for line in lines]])


def _checklist_item(line: dict[str, Any]) -> Element:
    words = requirement_words(line["requirement"], line["client_owner_id"])
    return requirement_item(words, line)


def requirement_item(words: str, line: Mapping[str, Any]) -> Element:
    """The requirement as an item of a list: whether it is met, and why."""
    return h.li(class_={"wb-met": line["is_met"]})[words, " ", h.span[reason_words(line["reason"])]]


def is_ours_to_complete(account: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bool:
    """Whether the turn is ours and the checklist is incomplete."""
    return account["turn"] == "us" and any(not line["is_met"] for line in lines)


def show_missing(fields: Sequence[str]) -> None:
    show_heading("Missing data", str(len(fields)) if fields else "none")
    if fields:
        show_html(h.ul(".wb-list")[[h.li(title=field)[field_words(field)] for field in fields]])

"""An account's owners, its documents, its KYB checklist and its missing data."""

from collections.abc import Sequence
from typing import Any

from workbench.domain.kyb.requirements import requirement_words
from workbench.ui.html.markup import literal, show_heading, show_html
from workbench.ui.text.field_words import field_words
from workbench.ui.text.kyb_words import reason_words


def show_checklist(lines: Sequence[dict[str, Any]]) -> None:
    """Show the KYB checklist: each requirement, whether it is met, and why."""
    if not lines:
        return
    show_heading("KYB checklist", f"{sum(line['is_met'] for line in lines)} of {len(lines)} met")
    show_html(f'<ul class="wb-checks">{"".join(_checklist_item(line) for line in lines)}</ul>')


def _checklist_item(line: dict[str, Any]) -> str:
    met = "wb-met" if line["is_met"] else ""
    words = literal(requirement_words(line["requirement"], line["client_owner_id"]))
    return f'<li class="{met}">{words} <span>{literal(reason_words(line["reason"]))}</span></li>'


def is_ours_to_complete(account: dict[str, Any], lines: Sequence[dict[str, Any]]) -> bool:
    """Whether the turn is ours and the checklist is incomplete."""
    return account["turn"] == "us" and any(not line["is_met"] for line in lines)


def show_missing(fields: Sequence[str]) -> None:
    show_heading("Missing data", str(len(fields)) if fields else "none")
    if fields:
        items = "".join(f'<li title="{literal(field)}">{literal(field_words(field))}</li>' for field in fields)
        show_html(f'<ul class="wb-list">{items}</ul>')

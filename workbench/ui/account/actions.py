"""The ways to the actions: for one account, each with what it still lacks, and from the section of their own."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from workbench.domain.vocabulary import Standing
from workbench.ui.frame.navigation import place
from workbench.ui.html.markup import show_note
from workbench.ui.text.words import plural

SECTION = {
    "customers": "Find a customer to change",
    "open_account": "Open an account",
    "documents": "Documents that end soon",
    "kyb": "KYB screens",
    "backfill": "Missing data",
}
CLOSED = "The account is closed: Bakkt takes no changes of it any more."


def show_ways_to_actions(
    account: dict[str, Any], checklist: Sequence[dict[str, Any]], missing_fields: Sequence[str]
) -> None:
    """One row of links under the account's head; where nothing can be done, the reason in words."""
    if account["standing"] == Standing.CLOSED:
        show_note(CLOSED)
        return
    client_account_id = account["client_account_id"]
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for name, label in _ways(account, checklist, missing_fields):
            st.page_link(place(name), label=label, query_params={"account": client_account_id})


def show_section() -> None:
    """Where actions begin that are not about an account at hand: one row of links, on the page Actions."""
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for name, label in SECTION.items():
            st.page_link(place(name), label=label)


def _ways(
    account: dict[str, Any], checklist: Sequence[dict[str, Any]], missing_fields: Sequence[str]
) -> list[tuple[str, str]]:
    ways = [("update", "Update"), ("documents", "Upload a document")]
    if account["is_entity"]:
        ways.append(("kyb", _kyb_words(checklist)))
    if missing_fields:
        ways.append(("backfill", f"Fill in what is missing: {plural(len(missing_fields), 'field')}"))
    return ways


def _kyb_words(checklist: Sequence[dict[str, Any]]) -> str:
    missing = sum(not line["is_met"] for line in checklist)
    return f"KYB: {missing} of {len(checklist)} lines missing" if missing else "KYB"

"""Links to the actions: those of one account with what it still lacks, and those that need no account first."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from workbench.domain.vocabulary import Standing
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.labels import Label, label
from workbench.ui.html.markup import show_note
from workbench.ui.text.words import plural

GENERAL_ACTIONS = {
    "customers": "Find an account to update",
    "open_account": "Open an account",
    "documents": "Documents that expire soon",
    "kyb": "KYB screenings",
    "backfill": "Missing data",
}
CLOSED_NOTE = "The account is closed: Bakkt no longer accepts changes."


def show_action_links(
    account: dict[str, Any], checklist: Sequence[dict[str, Any]], missing_fields: Sequence[str]
) -> None:
    """Show links to the account's actions, or the reason why there are none."""
    if account["standing"] == Standing.CLOSED:
        show_note(CLOSED_NOTE)
        return
    client_account_id = account["client_account_id"]
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for name, words in _account_actions(account, checklist, missing_fields):
            st.page_link(page_named(name), label=words, query_params={"account": client_account_id})


def show_general_action_links() -> None:
    """Show links to the actions that need no account first, on the page Activity."""
    with st.container(horizontal=True, gap="xsmall", key="wb-ways"):
        for name in GENERAL_ACTIONS:
            st.page_link(page_named(name), label=GENERAL_ACTIONS[name])


def _account_actions(
    account: dict[str, Any], checklist: Sequence[dict[str, Any]], missing_fields: Sequence[str]
) -> list[tuple[str, Label]]:
    ways = [("update", label("Update")), ("documents", label("Upload a document"))]
    if account["is_entity"]:
        ways.append(("kyb", _kyb_label(checklist)))
    if missing_fields:
        ways.append(("backfill", label("Fill in missing data: {}", plural(len(missing_fields), "field"))))
    return ways


def _kyb_label(checklist: Sequence[dict[str, Any]]) -> Label:
    missing = sum(not line["is_met"] for line in checklist)
    return label("KYB: {} of {} requirements unmet", missing, len(checklist)) if missing else label("KYB")

"""The top of the account page: the customer's name, the id to copy, and what kind of account it is."""

from typing import Any

import htpy as h
import streamlit as st

from workbench.domain.words import code_word
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_html, show_note
from workbench.ui.live.cached_queries import QueryResult, read_of_account
from workbench.ui.text.words import standing_word


def find_account(client_account_id: str) -> QueryResult:
    """The account as one row; none if nothing was read of it."""
    return read_of_account("accounts/one", client_account_id)


def show_name(account: dict[str, Any]) -> None:
    """Show the name, the id with a button that copies it, the type and the standing."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="wb-who"):
        name = account["display_name"] or account["client_account_id"]
        show_html(h.h1(".wb-answer.wb-name", title=name)[h.bdi[name]])
        show_copyable(account["client_account_id"], key="wb-account-id", is_inline=True)
        show_note(" · ".join(filter(None, (code_word(account["account_type"]), standing_word(account["standing"])))))

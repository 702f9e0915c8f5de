"""Which account a form is about."""

from typing import Any

import htpy as h
import streamlit as st

from workbench.ui.forms.away import show_away
from workbench.ui.forms.unknown_account import MAX_ID_LENGTH, show_unknown_account
from workbench.ui.frame.frame import show_freshness_of, wake_at
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.markup import show_html
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.text.words import standing_word


def account_in_address() -> dict[str, Any]:
    """Return the account named in the address and show a link back to it; stop the page if it is not known."""
    client_account_id = st.query_params.get("account", "")[:MAX_ID_LENGTH]
    account = read_uncached("accounts/one", client_account_id=client_account_id).first if client_account_id else {}
    if not account:
        show_unknown_account(client_account_id)
        st.stop()
    wake_at([account["link_expires_at"], account["due_at"]])
    left, right = st.columns([0.5, 0.5], vertical_alignment="center")
    with left, st.container(key="wb-back"):
        st.page_link(page_named("customers"), label="← Account", query_params={"account": client_account_id})
    with right:
        show_freshness_of(account)
    return account


def show_title(title: str, account: dict[str, Any]) -> None:
    """Show what the page does and for which account, and whether Bakkt can take it now."""
    name = account["display_name"] or account["client_account_id"]
    show_html(
        h.h1(".wb-answer")[title],
        h.p(".wb-lead.wb-name")[
            f"{name} · {standing_word(account['standing'])} · ", h.span(".wb-id")[account["client_account_id"]]
        ],
    )
    show_away()

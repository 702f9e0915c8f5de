"""Updates that Bakkt accepted and rejected later: said on the account until a person has seen it."""

import streamlit as st

from workbench.access.policy import Act
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.markup import show_sentence
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import clock_words


def show_rejections(client_account_id: str) -> None:
    """Say which updates of the account Bakkt rejected later, each with its receipt and a button that ends the note."""
    for row in read_of_account("actions/rejected_later", client_account_id).rows:
        words = f"Bakkt rejected the update by {row['actor']}, {clock_words(row['started_at'])}, after accepting it."
        show_sentence(words, tone="wb-amber", role="status")
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.page_link(page_named("actions"), label="Open its receipt", query_params={"action": row["action_id"]})
            offer_seen(row["action_id"])


def offer_seen(action_id: str) -> None:
    """Offer to take a later rejection from the lists; it stays in the log."""
    if may(Act.UPDATE_ACCOUNT) and st.button("I have seen it", key=f"wb-seen-{action_id}"):
        actions = current_desk().actions
        with shown_errors():
            actions.store.mark_seen(action_id, actions.actor, actions.now())
            st.rerun()

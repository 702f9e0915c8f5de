"""Customers: the search, and the page of one account."""

import streamlit as st

from workbench.ui.account.checklist import is_ours_to_complete, show_checklist, show_missing
from workbench.ui.account.documents.summary import show_documents
from workbench.ui.account.head import find_account, show_head, show_state
from workbench.ui.account.link.panel import has_link, show_link
from workbench.ui.account.owners import show_owners
from workbench.ui.account.payload import show_payload
from workbench.ui.account.timeline import show_timeline
from workbench.ui.backlog.walking import show_way_back
from workbench.ui.find.search import show_search
from workbench.ui.forms.rejections import show_rejections
from workbench.ui.forms.unknown_account import show_unknown_account
from workbench.ui.live.cached_queries import read_uncached

client_account_id = st.query_params.get("account")
if not client_account_id:
    show_search()
    st.stop()

account = find_account(client_account_id)
show_way_back(account, client_account_id)
if not account:
    show_unknown_account(client_account_id)
    st.stop()

by_id = {"client_account_id": client_account_id}
checklist = read_uncached("kyb/checklist", **by_id).rows if account["is_entity"] else []
missing = [row["field"] for row in read_uncached("accounts/missing_fields", **by_id).rows]
owners = read_uncached("accounts/owners", **by_id)
is_ours = is_ours_to_complete(account, checklist)
main, side = st.columns([0.68, 0.32], gap="large")
with main:
    show_head(account, checklist, missing)
    show_rejections(client_account_id)
    if has_link(account):
        show_link(account)
    if is_ours:
        show_checklist(checklist)
    show_owners(owners)
    show_documents(read_uncached("accounts/documents", **by_id), owners)
    show_payload(read_uncached("accounts/payload", **by_id).first)
with side:
    show_state(account)
    show_timeline(read_uncached("accounts/timeline", **by_id).rows)
    if not is_ours:
        show_checklist(checklist)
    show_missing(missing)

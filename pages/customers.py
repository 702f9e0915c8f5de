"""Customers: where does this one stand?"""

import streamlit as st

from workbench.ui import account as parts
from workbench.ui import customers, link_panel, papers, payload, timeline
from workbench.ui.reads import read_once

client_account_id = st.query_params.get("account")
if not client_account_id:
    customers.show_search()
    st.stop()

customers.show_way_back()
account = parts.find_account(client_account_id)
if not account:
    customers.show_unknown(client_account_id, is_registered=parts.is_registered(client_account_id))
    st.stop()

by_id = {"client_account_id": client_account_id}
checklist = read_once("accounts/checklist", **by_id).rows if account["is_entity"] else []
missing = [row["field"] for row in read_once("accounts/missing_fields", **by_id).rows]
owners = read_once("accounts/owners", **by_id)
is_ours = papers.is_ours_to_complete(account, checklist)
main, side = st.columns([0.68, 0.32], gap="large")
with main:
    parts.show_head(account, checklist, missing)
    if link_panel.has_link(account):
        link_panel.show_link(account)
    if is_ours:
        papers.show_checklist(checklist)
    papers.show_owners(owners)
    papers.show_documents(read_once("accounts/documents", **by_id), owners)
    payload.show_payload(read_once("accounts/payload", **by_id).first)
with side:
    parts.show_state(account)
    timeline.show_timeline(read_once("accounts/timeline", **by_id).rows)
    if not is_ours:
        papers.show_checklist(checklist)
    papers.show_missing(missing)

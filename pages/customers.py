"""Customers: where does this one stand?"""

import streamlit as st

from workbench.ui import account as parts
from workbench.ui import customers, link_panel, papers, payload
from workbench.ui.reads import read

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
main, side = st.columns([0.68, 0.32], gap="large")
with main:
    parts.show_head(account)
    link_panel.show_link(account, read("accounts/links", **by_id))
    papers.show_owners(read("accounts/owners", **by_id))
    papers.show_documents(read("accounts/documents", **by_id))
    payload.show_payload(read("accounts/payload", **by_id).first)
with side:
    parts.show_state(account)
    parts.show_journey(read("accounts/journey", **by_id).rows, read("accounts/events", **by_id))
    papers.show_checklist(read("accounts/checklist", **by_id).rows)
    papers.show_missing([row["field"] for row in read("accounts/missing_fields", **by_id).rows])

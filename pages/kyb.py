"""KYB: the old address of its view in Backlog, and of an account's tab KYB."""

import streamlit as st

from workbench.ui.account.tabs import lead_to_account
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.frame.navigation import KYB

if st.query_params.get("account"):
    lead_to_account(KYB)
go_to_view_of("kyb_ready")

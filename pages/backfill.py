"""Missing data: the old address of its view in Backlog, and of the form in an account's tab Details."""

import streamlit as st

from workbench.ui.account.tabs import MISSING, lead_to_account
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.frame.navigation import DETAILS

if st.query_params.get("account"):
    lead_to_account(DETAILS, {"form": MISSING})
go_to_view_of("missing")

"""Send a link: the old address of the customers who need one, and of the form on an account's page."""

import streamlit as st

from workbench.ui.account.tabs import lead_to_account
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.frame.navigation import OVERVIEW, SEND_A_LINK

if st.query_params.get("account"):
    lead_to_account(OVERVIEW, SEND_A_LINK)
go_to_view_of("expired")

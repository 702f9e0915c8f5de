"""Send a link: the old address of the customers who need one, and of the form on an account's page."""

import streamlit as st

from workbench.ui.account.tabs import OVERVIEW, lead_to_account
from workbench.ui.backlog.old_addresses import go_to_view_of

if st.query_params.get("account"):
    lead_to_account(OVERVIEW, {"send": "link"})
go_to_view_of("expired")

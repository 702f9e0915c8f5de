"""Update an account: the old address of an account's tab Details. One that names no account leads to the search."""

import streamlit as st

from workbench.ui.account.tabs import lead_to_account
from workbench.ui.frame.navigation import DETAILS, go_to_page

if st.query_params.get("account"):
    lead_to_account(DETAILS)
go_to_page("customers")

"""Update an account: which one? An address that names one leads to the account's tab Details."""

import streamlit as st

from workbench.ui.account.tabs import DETAILS, lead_to_account
from workbench.ui.find.choosing import show_choice

if st.query_params.get("account"):
    lead_to_account(DETAILS)
show_choice("update", "Update an account")

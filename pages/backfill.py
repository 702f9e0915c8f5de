"""Missing data: the progress of all accounts. An address that names one leads to the form in its tab Details."""

import streamlit as st

from workbench.ui.account.tabs import DETAILS, MISSING, lead_to_account
from workbench.ui.backlog.missing_data import show_progress

if st.query_params.get("account"):
    lead_to_account(DETAILS, {"form": MISSING})
show_progress()

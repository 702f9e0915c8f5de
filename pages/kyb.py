"""KYB: the businesses ready for screening. An address that names one leads to the account's tab KYB."""

import streamlit as st

from workbench.ui.account.tabs import KYB, lead_to_account
from workbench.ui.backlog.kyb_screens import show_overview

if st.query_params.get("account"):
    lead_to_account(KYB)
show_overview()

"""Send a link: for which customer? An address that names one leads to the account."""

import streamlit as st

from workbench.ui.account.tabs import OVERVIEW, lead_to_account
from workbench.ui.find.choosing import accounts_without_link, show_choice

if st.query_params.get("account"):
    lead_to_account(OVERVIEW, {"send": "link"})
show_choice("link", "Send a verification link", accounts_without_link())

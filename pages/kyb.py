"""KYB: which businesses can be screened, and for one: what its checklist lacks, the trigger, and manual KYB."""

import streamlit as st

from workbench.ui import asking, kyb, kyb_screens

if not st.query_params.get("account"):
    kyb_screens.show_overview()
    st.stop()

account = asking.account_in_address()
asking.show_title("KYB", account)
kyb.show_kyb(account)

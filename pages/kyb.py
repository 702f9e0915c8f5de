"""KYB: the businesses ready for screening; for one of them, its checklist, the trigger and manual KYB."""

import streamlit as st

from workbench.ui.account.kyb.page import show_kyb
from workbench.ui.backlog.kyb_screens import show_overview
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_overview()
    st.stop()

account = account_in_address()
show_title("KYB", account)
show_kyb(account)

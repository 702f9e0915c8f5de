"""KYB: the checklist of one business, the trigger and manual KYB."""

import streamlit as st

from workbench.ui.account.kyb.page import show_kyb
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    go_to_view_of("kyb_ready")

account = account_in_address()
show_title("KYB", account)
show_kyb(account)

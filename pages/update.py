"""An update of an account: what may change, what would be sent against what Bakkt holds, and what came of it."""

import streamlit as st

from workbench.ui.account.details.page import show_update
from workbench.ui.find.choosing import show_choice
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_choice("update", "Change an account")
    st.stop()

account = account_in_address()
show_title("Change the account", account)
show_update(account)

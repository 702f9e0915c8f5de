"""Update an account: what may be edited, what would be sent compared with what Bakkt holds, and the outcome."""

import streamlit as st

from workbench.ui.account.details.page import show_update
from workbench.ui.find.choosing import show_choice
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_choice("update", "Update an account")
    st.stop()

account = account_in_address()
show_title("Update the account", account)
show_update(account)

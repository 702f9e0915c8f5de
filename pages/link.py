"""Send a link: whether a new one may be requested, what it costs and how it reaches the customer."""

import streamlit as st

from workbench.ui.account.link.request import show_link_request
from workbench.ui.find.choosing import accounts_without_link, show_choice
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_choice("link", "Send a verification link", accounts_without_link())
    st.stop()

account = account_in_address()
show_title("Send a verification link", account)
show_link_request(account)

"""A new verification link: may we ask for one, what does it cost, how does it reach the customer?"""

import streamlit as st

from workbench.ui import asking, choosing, link_request

if not st.query_params.get("account"):
    choosing.show_choice("link", "Send a verification link", choosing.without_a_link())
    st.stop()

account = asking.account_in_address()
asking.show_title("Send a verification link", account)
link_request.show_link_request(account)

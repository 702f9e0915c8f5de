"""An update of an account: what may change, what would be sent against what Bakkt holds, and what came of it."""

import streamlit as st

from workbench.ui import asking, choosing, update

if not st.query_params.get("account"):
    choosing.show_choice("update", "Change an account")
    st.stop()

account = asking.account_in_address()
asking.show_title("Change the account", account)
update.show_update(account)

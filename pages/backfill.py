"""Backfill: what does this account still lack, and what goes out once it is given? Or: how far have all come?"""

import streamlit as st

from workbench.ui import asking, backfill, backfill_progress

if not st.query_params.get("account"):
    backfill_progress.show_progress()
    st.stop()

account = asking.account_in_address()
asking.show_title("Fill in what is missing", account)
backfill.show_backfill(account)

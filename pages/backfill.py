"""Missing data: the fields that one account lacks and the update that fills them in, or the progress of all."""

import streamlit as st

from workbench.ui.account.details.backfill import show_backfill
from workbench.ui.backlog.missing_data import show_progress
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_progress()
    st.stop()

account = account_in_address()
show_title("Fill in missing data", account)
show_backfill(account)

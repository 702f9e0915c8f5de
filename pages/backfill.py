"""Missing data: the fields that one account lacks, and the update that fills them in."""

import streamlit as st

from workbench.ui.account.details.backfill import show_backfill
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    go_to_view_of("missing")

account = account_in_address()
show_title("Fill in missing data", account)
show_backfill(account)

"""Documents: those of all accounts that expire soon or are missing. An address with an account leads to its tab."""

import streamlit as st

from workbench.ui.account.tabs import DOCUMENTS, lead_to_account
from workbench.ui.backlog.expiring_documents import show_expiring
from workbench.ui.backlog.missing_identity import show_missing_identity

if st.query_params.get("account"):
    lead_to_account(DOCUMENTS)
show_expiring()
show_missing_identity()

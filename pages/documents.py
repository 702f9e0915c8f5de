"""Documents: which papers end soon, and for one account: upload a paper, open what is there."""

import streamlit as st

from workbench.ui import asking, documents, upload_form

if not st.query_params.get("account"):
    documents.show_expiring()
    st.stop()

account = asking.account_in_address()
asking.show_title("Documents", account)
upload_form.show_upload(account)
documents.show_papers(account)

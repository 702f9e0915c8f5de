"""Documents: those of all accounts that expire soon or are missing; for one account, upload, open and re-upload."""

import streamlit as st

from workbench.ui.account.documents.on_file import show_documents_on_file
from workbench.ui.account.documents.upload_form import show_upload
from workbench.ui.backlog.expiring_documents import show_expiring
from workbench.ui.backlog.missing_identity import show_missing_identity
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    show_expiring()
    show_missing_identity()
    st.stop()

account = account_in_address()
show_title("Documents", account)
show_upload(account)
show_documents_on_file(account)

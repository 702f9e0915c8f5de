"""Documents of one account: upload, open and re-upload."""

import streamlit as st

from workbench.ui.account.documents.on_file import show_documents_on_file
from workbench.ui.account.documents.upload_form import show_upload
from workbench.ui.backlog.old_addresses import go_to_view_of
from workbench.ui.forms.subject import account_in_address, show_title

if not st.query_params.get("account"):
    go_to_view_of("documents")

account = account_in_address()
show_title("Documents", account)
show_upload(account)
show_documents_on_file(account)

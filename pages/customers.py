"""Customers: the search, and the page of one account."""

import streamlit as st

from workbench.ui.account.head import find_account
from workbench.ui.account.page import show_account
from workbench.ui.backlog.walking import show_way_back
from workbench.ui.find.search import show_search
from workbench.ui.forms.unknown_account import show_unknown_account
from workbench.ui.live.visits import begin_visit, end_visit

client_account_id = st.query_params.get("account")
if not client_account_id:
    end_visit()
    show_search()
else:
    found = find_account(client_account_id)
    show_way_back(found.first, client_account_id)
    if found.first:
        begin_visit(client_account_id)
        show_account(found)
    else:
        show_unknown_account(client_account_id)

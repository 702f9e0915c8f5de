"""Verification: who must still verify, and until when?"""

import streamlit as st

from workbench.ui import verification
from workbench.ui.frame import show_answer
from workbench.ui.markup import show_empty
from workbench.ui.reads import read
from workbench.ui.tables import show_accounts

backlog = read("verification/backlog")
show_answer(*verification.answer_of(backlog, read("today/summary").first))
if not backlog.table.num_rows:
    show_empty("No account is in document verification.", "Bakkt says so by an event when a customer must verify.")
    st.stop()

chosen, stuck = verification.ask_for_filters()
found = verification.listed(backlog, chosen, stuck=stuck)
if found.table.num_rows:
    show_accounts(
        found,
        verification.COLUMNS,
        key=f"verification-{chosen}-{stuck}",
        file_name=f"verification-{chosen}",
        rows_at_once=9,
    )
else:
    show_empty("Nobody is on this list.", "Choose another filter.")
verification.show_expiry(backlog, read("verification/expiry_hours"))

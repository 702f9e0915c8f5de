"""Verification: who must still verify, and until when?"""

import streamlit as st

from workbench.ui import verification
from workbench.ui.first_step import show_empty_list
from workbench.ui.frame import show_answer
from workbench.ui.reads import read, read_calmly

backlog = read("verification/backlog")
verification.wake_for(backlog)
show_answer(*verification.answer_of(backlog, read("today/summary").first))
if backlog.table.num_rows:
    chosen, stuck = verification.ask_for_filters()
    verification.show_list(backlog, chosen, stuck=stuck)
else:
    show_empty_list("No account is in document verification.", "Bakkt says so by an event when a customer must verify.")

hours, shares = st.columns([0.6, 0.4], gap="large")
with hours:
    verification.show_forecast(read("verification/forecast"))
with shares:
    verification.show_yield(read_calmly("verification/yield"))
    verification.show_completion(read_calmly("verification/completion"))
verification.show_exhausted(read("verification/exhausted"))

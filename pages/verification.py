"""Verification: who must still verify, and until when?"""

import streamlit as st

from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read, read_slow_moving
from workbench.ui.verification.page import (
    ask_for_filters,
    headline_of,
    read_counts,
    show_completion,
    show_forecast,
    show_list,
    show_used_up,
    show_yield,
    wake_at_next_expiry,
)

counts = read_counts()
wake_at_next_expiry()
show_answer(*headline_of(counts))
if counts["all"].accounts:
    chosen, stuck = ask_for_filters()
    show_list(counts, chosen, stuck=stuck)
else:
    show_empty_list("No accounts in document verification.", "Bakkt sends an event when a customer must verify.")

hours, shares = st.columns([0.6, 0.4], gap="large")
with hours:
    show_forecast(read("verification/forecast"))
with shares:
    show_yield(read_slow_moving("verification/yield"))
    show_completion(read_slow_moving("verification/completion"))
show_used_up(counts)

"""Verification: whose link ends, what do we lose, and what works?"""

import streamlit as st

from workbench.ui.backlog.old_addresses import leave_for_list_of_links
from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read_calmly
from workbench.ui.verification.forecast import show_forecast, show_people_of_hour
from workbench.ui.verification.page import (
    headline_of,
    read_counts,
    show_completion,
    show_lists,
    show_used_up,
    show_yield,
    wake_at_next_expiry,
)

leave_for_list_of_links()
counts = read_counts()
wake_at_next_expiry()
show_answer(*headline_of(counts))
if counts["all"].accounts:
    show_lists()
else:
    show_empty_list("No accounts in document verification.", "Bakkt sends an event when a customer must verify.")

hours, shares = st.columns([0.6, 0.4], gap="large")
with hours:
    show_forecast(read_calmly("verification/forecast"))
with shares:
    show_yield(read_calmly("verification/yield"))
    show_completion(read_calmly("verification/completion"))
show_people_of_hour()
show_used_up(counts)

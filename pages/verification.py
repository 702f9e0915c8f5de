"""Verification: whose link ends, what do we lose, and what works?"""

import streamlit as st

from workbench.ui.backlog.old_addresses import leave_for_list_of_links
from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read_calmly
from workbench.ui.segments.choosing import ask_for_segment, go_to_segment, segment_in_address, show_segment
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
heading = st.container()
segment = segment_in_address()
ways = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-verification-ways")
show_segment(segment)
counts = read_counts(segment)
wake_at_next_expiry()
with heading:
    show_answer(*headline_of(counts, segment))
with ways:
    if counts["all"].accounts:
        with st.container(width="content"):
            show_lists(segment)
    ask_for_segment(segment, key="wb-verification-segment", on_choose=go_to_segment)
if not counts["all"].accounts:
    whose = " of this segment" if segment else ""
    missing = f"No accounts{whose} in document verification."
    show_empty_list(missing, "Bakkt sends an event when a customer must verify.")

hours, shares = st.columns([0.6, 0.4], gap="large")
with hours:
    show_forecast(read_calmly("verification/forecast", segment=segment))
with shares:
    show_yield(read_calmly("verification/yield", segment=segment))
    show_completion(read_calmly("verification/completion", segment=segment))
show_people_of_hour(segment)
show_used_up(counts, segment)

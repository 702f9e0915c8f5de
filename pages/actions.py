"""Activity: what was sent to Bakkt, what became of it, and which actions are still unsettled."""

import streamlit as st

from workbench.ui.activity.links import show_links
from workbench.ui.activity.log import ask_for_filters, count_outcomes, headline_of, show_log, show_unsettled
from workbench.ui.activity.receipt import show_action
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read

if st.query_params.get("action"):
    show_action(st.query_params["action"])
    st.stop()

heading = st.container()
unsettled = read("actions/unsettled")
filters = ask_for_filters()
outcomes = count_outcomes(filters)
with heading:
    show_answer(*headline_of(unsettled.rows, outcomes, filters))
    show_links()
    show_unsettled(unsettled)
show_log(sum(outcomes.values()), filters)

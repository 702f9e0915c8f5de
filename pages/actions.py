"""Activity: what was sent to Bakkt, what became of it, and which actions are still unsettled."""

import streamlit as st

from workbench.ui.account.actions import show_section
from workbench.ui.activity.log import answer_of, ask_for_filters, show_log, show_unsettled
from workbench.ui.activity.receipt import show_one
from workbench.ui.frame.frame import show_answer
from workbench.ui.live.cached_queries import read

if st.query_params.get("action"):
    show_one(st.query_params["action"])
    st.stop()

heading = st.container()
unsettled = read("actions/unsettled")
asked = ask_for_filters()
log = read("actions/log", **asked._asdict())
with heading:
    show_answer(*answer_of(unsettled.rows, log.rows, asked))
    show_section()
    show_unsettled(unsettled)
show_log(log, asked)

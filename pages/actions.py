"""Actions: where do they begin, what did we send to Bakkt, what became of it, and what waits to be settled?"""

import streamlit as st

from workbench.ui import account_actions, receipt, trail
from workbench.ui.frame import show_answer
from workbench.ui.reads import read

if st.query_params.get("action"):
    receipt.show_one(st.query_params["action"])
    st.stop()

heading = st.container()
unsettled = read("actions/unsettled")
asked = trail.ask_for_filters()
log = read("actions/log", **asked._asdict())
with heading:
    show_answer(*trail.answer_of(unsettled.rows, log.rows, asked))
    account_actions.show_section()
    trail.show_unsettled(unsettled)
trail.show_log(log, asked)

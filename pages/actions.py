"""Activity: what was sent to Bakkt, what became of it, and which actions are still unsettled."""

import streamlit as st

from workbench.ui.activity.log import show_activity
from workbench.ui.activity.receipt import show_action

if st.query_params.get("action"):
    show_action(st.query_params["action"])
else:
    show_activity()

"""Data: is what we know complete and fresh, and how does more come in?"""

import streamlit as st

from workbench.ui import data
from workbench.ui.frame import show_answer
from workbench.ui.reads import read

health = read("data/health").first
show_answer(*data.answer_of(health))

sync, importing, state = st.columns([0.32, 0.36, 0.32], gap="large")
with sync:
    data.show_sync(health["registered"])
with importing:
    data.show_import()
    data.show_replay()
with state:
    data.show_health(health)
data.show_failures()
data.show_runs()

"""Data: is what we know complete and fresh, and how does more come in?"""

import streamlit as st

from workbench.ui import data, receiving
from workbench.ui.frame import show_answer
from workbench.ui.reads import read, read_calmly

health = read("data/health").first
show_answer(*data.answer_of(health))

sync, importing, receiver = st.columns([0.32, 0.36, 0.32], gap="large")
with sync:
    data.show_sync(health["registered"])
    data.show_health(health)
with importing:
    data.show_import()
    data.show_replay()
with receiver:
    receiving.show_receiver(health["last_event_at"])
    receiving.show_silent_accounts(read_calmly("events/silent_accounts"))
receiving.show_set_aside(read("events/set_aside"))
data.show_failures()
data.show_runs()

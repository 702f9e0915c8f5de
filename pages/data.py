"""Data: whether it is complete and fresh, and how more comes in: sync, import, replay and the receiver."""

import streamlit as st

from workbench.ui.data.health import headline_of, show_health
from workbench.ui.data.importing import may_bring_in, show_import
from workbench.ui.data.receiver import show_receiver, show_set_aside, show_silent_accounts
from workbench.ui.data.replaying import show_replay
from workbench.ui.data.runs import show_failures, show_runs, show_sync
from workbench.ui.data.taking_out import show_taking_out
from workbench.ui.frame.frame import show_answer
from workbench.ui.frame.health import warning_now
from workbench.ui.live.cached_queries import read, read_slow_moving

health = read("data/health").first
show_answer(*headline_of(health), warning=warning_now() if health["registered"] else "")

sync, *importing, receiver = st.columns([0.32, 0.36, 0.32] if may_bring_in() else 2, gap="large")
with sync:
    show_sync(health["registered"])
    show_health(health)
for column in importing:
    with column:
        show_import()
        show_taking_out()
        show_replay()
with receiver:
    show_receiver(health["last_event_at"])
    show_silent_accounts(read_slow_moving("events/silent_accounts"))
show_set_aside(read("events/set_aside"))
show_failures()
show_runs()

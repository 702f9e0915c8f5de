"""Today: what needs attention now?"""

import streamlit as st

from workbench.ui.backlog.today import (
    DISAGREEMENT_LOOKS,
    ask_for_list,
    columns_of,
    headline_of,
    listed,
    note_of,
    show_open_work,
    show_rejected_later,
    show_tiles,
    show_unsettled,
    silence_words,
    tiles_of,
)
from workbench.ui.frame.first_step import show_first_step
from workbench.ui.frame.frame import show_answer
from workbench.ui.html.markup import show_empty, show_note
from workbench.ui.live.cached_queries import read, read_slow_moving
from workbench.ui.tables.tables import show_accounts
from workbench.ui.verification.page import read_counts, wake_at_next_expiry, warning_hours

summary = read("today/summary").first
if not summary["accounts_total"]:
    show_answer("No accounts yet")
    show_first_step(summary)
    st.stop()

wake_at_next_expiry()
answer, lead = headline_of(summary, read_counts()["expiring"].last_links, warning_hours())
show_answer(answer, lead, silence_words(read_slow_moving("events/silence").first))
show_tiles(tiles_of(summary, warning_hours()))
show_unsettled(read("actions/unsettled"))
show_rejected_later(read("actions/rejected_later"))

with st.container(key="wb-halves"):
    work, picture = st.columns([0.64, 0.36], gap="medium")
with work:
    chosen, standing = ask_for_list()
    found = listed(chosen, standing)
    if found.table.num_rows:
        if note_of(chosen):
            show_note(note_of(chosen))
        show_accounts(
            found,
            columns_of(chosen),
            key=f"today-{chosen}-{standing}",
            file_name=f"today-{chosen}",
            rows_at_once=12,
            looks=DISAGREEMENT_LOOKS,
        )
    else:
        show_empty("No customer is on this list.")
with picture:
    show_open_work(read("today/by_standing"))

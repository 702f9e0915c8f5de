"""Today: what needs someone now?"""

import streamlit as st

from workbench.ui import today, verification
from workbench.ui.first_step import show_first_step
from workbench.ui.frame import show_answer
from workbench.ui.markup import show_empty
from workbench.ui.reads import read, read_calmly
from workbench.ui.tables import show_accounts

summary = read("today/summary").first
if not summary["accounts_total"]:
    show_answer("Nothing is here yet")
    show_first_step(summary)
    st.stop()

backlog = read("verification/backlog")
verification.wake_for(backlog)
_, last_ending = verification.ending_soon(backlog)
answer, lead = today.answer_of(summary, last_ending, verification.soon())
show_answer(answer, lead, today.silence_words(read_calmly("events/silence").first))
today.show_tiles(today.tiles_of(summary, verification.soon()))
today.show_unsettled(read("actions/unsettled"))

with st.container(key="wb-halves"):
    work, picture = st.columns([0.64, 0.36], gap="medium")
with work:
    chosen, standing = today.ask_for_list()
    found = today.listed(read("backlog/queue"), chosen, standing)
    if found.table.num_rows:
        columns = today.CONTRADICTION_COLUMNS if chosen == "contradictions" else today.QUEUE_COLUMNS
        show_accounts(found, columns, key=f"today-{chosen}-{standing}", file_name=f"today-{chosen}", rows_at_once=12)
    else:
        show_empty("Nobody is on this list.")
with picture:
    today.show_open_work(read("today/by_standing"))

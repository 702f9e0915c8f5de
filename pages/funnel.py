"""Funnel: how many get through, how far, how fast?"""

import streamlit as st

from workbench.ui import funnel
from workbench.ui.frame import show_answer
from workbench.ui.markup import show_empty
from workbench.ui.reads import read

heading = st.container()
asked = funnel.ask_for_filters()
steps = read("funnel/steps", **asked.all).rows
with heading:
    show_answer(*funnel.answer_of(asked, steps))
if not steps or not steps[0]["accounts"]:
    show_empty("No account of this kind entered in this time.", "Widen the dates, or choose the other path.")
    st.stop()

left, right = st.columns([0.54, 0.46], gap="large")
with left:
    funnel.show_steps(steps)
    funnel.show_numbers(steps)
with right:
    funnel.show_times(read("funnel/times", **asked.entry).rows, steps)
    funnel.show_branch(asked)

step, reached = funnel.ask_for_people(asked)
funnel.show_people(asked, step, reached=reached)

left, right = st.columns([0.54, 0.46], gap="large")
with left:
    funnel.show_cohorts(asked, read("funnel/cohorts", **asked.all).rows)
with right:
    funnel.show_stopped(asked)

"""Funnel: how many get through, how far, how fast?"""

import streamlit as st

from workbench.ui import funnel
from workbench.ui.first_step import show_empty_list
from workbench.ui.frame import show_answer
from workbench.ui.funnel_answers import answers_to

heading = st.container()
asked = funnel.ask_for_filters()
answers = answers_to(asked)
steps = answers.steps
with heading:
    show_answer(*funnel.answer_of(asked, steps))
if not steps or not steps[0]["accounts"]:
    show_empty_list("No account of this kind entered in this time.", "Widen the dates, or choose the other path.")
    st.stop()

left, right = st.columns([0.54, 0.46], gap="large")
with left:
    funnel.show_steps(steps)
    funnel.show_numbers(steps)
with right:
    funnel.show_times(answers.times, steps)
    funnel.show_branch(asked)

step, reached = funnel.ask_for_people(asked)
funnel.show_people(asked, step, reached=reached)

left, right = st.columns([0.54, 0.46], gap="large")
with left:
    funnel.show_cohorts(asked, answers.cohorts)
with right:
    funnel.show_stopped(answers.stopped)

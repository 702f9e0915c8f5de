"""Funnel: how many accounts get through, how far and how fast."""

import streamlit as st

from workbench.ui.frame.first_step import show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.funnel.answers import read_funnel
from workbench.ui.funnel.files import offer_branch, offer_steps, offer_stopped, offer_times
from workbench.ui.funnel.filters import ask_for_filters, ask_for_step
from workbench.ui.funnel.numbers import (
    headline_of,
    show_branch,
    show_numbers,
    show_steps,
    show_stopped,
    show_times,
)
from workbench.ui.funnel.people import show_people
from workbench.ui.funnel.weeks import show_weeks
from workbench.ui.html.markup import show_heading

heading = st.container()
filters = ask_for_filters()
answers = read_funnel(filters)
steps = answers.steps
with heading:
    show_answer(*headline_of(filters, steps))
if not steps or not steps[0]["accounts"]:
    show_empty_list("No accounts of this type opened in this period.", "Widen the dates or change the account type.")
else:
    left, right = st.columns([0.54, 0.46], gap="large")
    with left:
        show_steps(steps)
        show_numbers(steps)
        offer_steps(filters)
    with right:
        show_times(answers.times, steps)
        offer_times(filters)
        show_branch(filters)
        offer_branch(filters)

    show_heading("Accounts", "that reached a step, or stopped before it")
    bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-funnel-step")
    with bar:
        step, reached = ask_for_step(filters)
    show_people(filters, step, reached=reached, bar=bar)
    show_weeks(filters.path, answers.cohorts)
    left, _ = st.columns([0.54, 0.46], gap="large")
    with left:
        show_stopped(answers.stopped)
        offer_stopped(filters)

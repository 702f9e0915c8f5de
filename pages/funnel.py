"""Funnel: how many accounts get through, how far and how fast."""

import streamlit as st

from workbench.ui.forms.address_codes import show_unknown
from workbench.ui.frame.first_step import answer_or_none_yet, show_empty_list
from workbench.ui.frame.frame import show_answer
from workbench.ui.funnel.answers import read_breakdown, read_funnel, read_span, read_steps
from workbench.ui.funnel.codes import CODE_WORDS, read_codes
from workbench.ui.funnel.files import offer_branch, offer_breakdown, offer_steps, offer_stopped, offer_times
from workbench.ui.funnel.filters import ask_for_filters, ask_for_list, ask_for_property, ask_for_value
from workbench.ui.funnel.numbers import empty_words, headline_of, show_branch, show_numbers, show_stopped
from workbench.ui.funnel.people import show_people, show_title, without_unknown_value
from workbench.ui.funnel.pictures import show_breakdown, show_steps, show_times, show_weeks
from workbench.ui.funnel.weeks import show_table_of_weeks
from workbench.ui.segments.choosing import show_segment

heading = st.container()
codes, unknown = read_codes()
show_unknown({CODE_WORDS[name]: code for name, code in unknown.items()})
ask_for_filters(codes)
show_segment(codes.segment)
answers = read_funnel(codes.filters)
with heading:
    before = read_steps(codes.compared).rows if codes.compared else ()
    show_answer(*answer_or_none_yet(*headline_of(codes, answers.steps.rows, before), is_empty=answers.is_empty))
if answers.is_empty:
    show_empty_list(*empty_words(codes, read_span(codes.filters)["first_on"]))
else:
    breakdown = read_breakdown(codes.filters, codes.by)
    codes = without_unknown_value(codes, breakdown.rows)
    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        show_steps(codes, answers)
        offer_steps(answers)
    with right:
        show_times(codes, answers)
        offer_times(answers)

    show_title(codes, breakdown.rows)
    bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-funnel-list")
    with bar:
        ask_for_list(codes)
        ask_for_value(codes, breakdown.rows)
    with st.container():  # in every run: the box below a list that grows would be made anew
        show_people(codes, breakdown.rows, bar=bar)

    left, right = st.columns([0.5, 0.5], gap="large")
    with left:
        ask_for_property(codes)
        show_breakdown(codes, breakdown)
        offer_breakdown(breakdown)
    with right:
        show_numbers(answers.steps.rows)
        show_branch(answers.branch.rows)
        offer_branch(answers)
    show_weeks(answers.cohorts)
    show_table_of_weeks(codes.path, answers.cohorts)
    left, _ = st.columns([0.5, 0.5], gap="large")
    with left:
        show_stopped(answers.stopped.rows)
        offer_stopped(answers)

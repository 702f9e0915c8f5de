"""Known people: who has signed in, as what, and which programs may ask the API?"""

import streamlit as st

from workbench.ui.frame.frame import show_answer
from workbench.ui.people.list import answer_of, known_people, show_people
from workbench.ui.people.tokens import show_tokens

people = known_people()
show_answer(*answer_of(people))
left, right = st.columns([0.5, 0.5], gap="large")
with left:
    show_people(people)
with right:
    show_tokens()

"""The question whether an owner is a business, on the KYB page and in a draft: yes ends in manual KYB."""

from collections.abc import Callable, Sequence

import streamlit as st

from workbench.casework.business_owners import BusinessQuestion
from workbench.domain.kyb.business_owners import CONTACT
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_heading, show_note

Answer = Callable[[str, bool], None]
"""Keeps the answer about the owner with this id."""


def ask_business_owners(questions: Sequence[BusinessQuestion], answer: Answer) -> None:
    """Ask about each owner with a sign of being a business, and say what follows for those who are one."""
    if not questions:
        return
    with st.container(border=True, gap="small", key="wb-business-owners"):
        unanswered = sum(question.answer is None for question in questions)
        show_heading("Is an owner a business?", f"{unanswered} to answer" if unanswered else "answered")
        for question in questions:
            _ask(question, answer)


def _ask(question: BusinessQuestion, answer: Answer) -> None:
    if question.answer:
        show_note(
            f"{question.name} is a business. Bakkt's screening accepts natural persons only: use manual KYB. "
            f"{CONTACT}, and send them the Customer Information Form.",
            tone="wb-amber",
            role="status",
        )
    elif question.answer is None:
        show_note(f"Is this owner a business? {question.name}: {question.reason}", tone="wb-amber", role="status")
    else:
        show_note(f"{question.name} is a person.")
    with st.container(horizontal=True, gap="xsmall"):
        if question.answer is not True and st.button(
            label("Yes, owner {} is a business", question.number), key=f"wb-business-yes-{question.number}"
        ):
            answer(question.client_owner_id, True)
        if question.answer is not False and st.button(
            label("No, owner {} is a person", question.number), key=f"wb-business-no-{question.number}"
        ):
            answer(question.client_owner_id, False)

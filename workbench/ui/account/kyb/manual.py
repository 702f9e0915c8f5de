"""Manual KYB: record its start and its end, and download the Customer Information Form."""

from functools import partial

import streamlit as st

from workbench.actions.trigger_kyb import KybReview
from workbench.casework.business_owners import answer_question
from workbench.casework.customer_information_form import FILE_NAME, WORD_TYPE, make_form, preview_form
from workbench.casework.kyb_records import MAX_REASON_LENGTH, end_manual_kyb, start_manual_kyb
from workbench.domain.errors import WorkbenchError
from workbench.domain.kyb.business_owners import CONTACT
from workbench.domain.vocabulary import KybEnding
from workbench.domain.words import plural
from workbench.ui.forms.business_owners import ask_business_owners
from workbench.ui.frame.failures import show_error
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import literal
from workbench.ui.html.markup import show_heading, show_lines, show_note
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.current_person import for_same_person
from workbench.ui.text.kyb_words import ended_words


def show_manual_kyb(client_account_id: str, review: KybReview) -> None:
    """Record manual KYB for a business that Bakkt's KYB screening does not accept; Bakkt has no API call for it."""
    screens = read_of_account("kyb/screens", client_account_id).rows
    is_in_progress = any(screen["is_manual"] and screen["ended_as"] is None for screen in screens)
    if not is_in_progress and review.blocker is not None:
        show_notice(_notice_name(client_account_id))
        return
    with st.container(border=True, gap="small", key="wb-manual-kyb"):
        show_heading("Manual KYB", "if an owner is a business, or screening is refused")
        if is_in_progress:
            _ask_end(client_account_id)
        else:
            _ask_start(client_account_id)
        show_notice(_notice_name(client_account_id))


def show_form(client_account_id: str) -> None:
    """Offer the Customer Information Form as a Word file, and list the fields to complete by hand."""
    try:
        outlook = preview_form(current_desk().store, client_account_id)
    except WorkbenchError as error:
        show_error(error)
        return
    ask_business_owners(outlook.questions, partial(_answer_question, client_account_id))
    with st.container(border=True, gap="small", key="wb-kyb-form"):
        show_heading("Customer Information Form", f"{plural(len(outlook.missing), 'field')} to complete by hand")
        show_note("It contains unmasked personal data and is created for this download only. Send it only to Bakkt.")
        st.download_button(
            "Download the prefilled form",
            data=for_same_person(lambda: make_form(current_desk().actions, client_account_id)),
            file_name=FILE_NAME,
            mime=WORD_TYPE,
            key="wb-kyb-form-download",
            on_click="ignore",
        )
        with st.expander("Fields to complete"):
            show_lines(outlook.missing)


def _answer_question(client_account_id: str, client_owner_id: str, is_business: bool) -> None:
    try:
        answer_question(current_desk().actions, client_account_id, client_owner_id, is_business=is_business)
    except WorkbenchError as error:
        keep_error(_notice_name(client_account_id), error)
    st.rerun()


def _ask_start(client_account_id: str) -> None:
    show_note(f"{CONTACT}, send them the form below, then record here that manual KYB was started.")
    with st.form(f"wb-manual-start-{client_account_id}", border=False, clear_on_submit=False):
        reason = st.text_input(
            "Reason for manual KYB",
            max_chars=MAX_REASON_LENGTH,
            placeholder="An owner is a company",
            autocomplete="off",
        )
        is_sent = st.form_submit_button("Record that manual KYB was started")
    if is_sent:
        try:
            start_manual_kyb(current_desk().actions, client_account_id, reason)
        except WorkbenchError as error:
            keep_error(_notice_name(client_account_id), error)
        else:
            keep_message(_notice_name(client_account_id), "Recorded: manual KYB is in progress.")
        st.rerun()


def _ask_end(client_account_id: str) -> None:
    with st.form(f"wb-manual-end-{client_account_id}", border=False):
        ended_as = st.radio(
            "How did it end?",
            [*KybEnding],
            format_func=lambda ended_as: literal(ended_words(ended_as)),
            captions=[_CONSEQUENCES[ending] for ending in KybEnding],
            index=None,
        )
        words = st.text_input("What Bakkt said", max_chars=MAX_REASON_LENGTH, autocomplete="off")
        next_steps = st.text_input(
            "Next steps that Bakkt named (if rejected)", max_chars=MAX_REASON_LENGTH, autocomplete="off"
        )
        is_sent = st.form_submit_button("Record how it ended")
    if is_sent:
        try:
            ending = ended_as.value if ended_as else ""
            end_manual_kyb(current_desk().actions, client_account_id, ending, words, next_steps)
        except WorkbenchError as error:
            keep_error(_notice_name(client_account_id), error)
        else:
            keep_message(_notice_name(client_account_id), _recorded_words(ended_as))
        st.rerun()


_CONSEQUENCES = {
    KybEnding.APPROVED: "The account stays in KYB screening until an event comes from Bakkt.",
    KybEnding.REJECTED: "The account is rejected from now on, unless an event from Bakkt says otherwise.",
    KybEnding.WITHDRAWN: "The account depends on its documents again, and KYB screening can be triggered.",
}


def _recorded_words(ended_as: KybEnding | None) -> str:
    return f"Recorded. {_CONSEQUENCES[ended_as]}" if ended_as else "Recorded."


def _notice_name(client_account_id: str) -> str:
    return f"manual-kyb-{client_account_id}"

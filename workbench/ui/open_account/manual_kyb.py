"""A draft whose owner is a business: the question, and the form for manual KYB before Bakkt has the account."""

from dataclasses import replace

import streamlit as st

from workbench.actions.drafts import Draft, save_draft
from workbench.casework.business_owners import questions_of_draft
from workbench.casework.customer_information_form import FILE_NAME, WORD_TYPE, make_draft_form, preview_draft_form
from workbench.domain.errors import WorkbenchError
from workbench.domain.kyb.business_owners import CONTACT
from workbench.domain.words import plural
from workbench.ui.forms.business_owners import ask_business_owners
from workbench.ui.frame.failures import show_error
from workbench.ui.html.markup import show_heading, show_lines, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.current_person import for_same_person
from workbench.ui.open_account.drafts import open_drafts


def show_manual_way(draft: Draft) -> None:
    """Ask of a draft's owners whether they are businesses; if one is, offer the Customer Information Form."""

    def answer(client_owner_id: str, is_business: bool) -> None:
        _keep(replace(draft, businesses={**draft.businesses, client_owner_id: is_business}))

    ask_business_owners(questions_of_draft(current_desk().actions, draft), answer)
    if draft.business_owner_ids:
        _show_form(draft)


def _keep(draft: Draft) -> None:
    try:
        saved = save_draft(current_desk().actions, draft)
    except WorkbenchError as error:
        show_error(error)
        return
    open_drafts()[draft.draft_id] = saved
    st.rerun()


def _show_form(draft: Draft) -> None:
    missing = preview_draft_form(current_desk().actions, draft)
    with st.container(border=True, gap="small", key="wb-opening-manual-kyb"):
        show_heading("Customer Information Form", f"{plural(len(missing), 'field')} to complete by hand")
        show_note(f"{CONTACT}. The form is made from this draft: Bakkt needs no account for it.")
        show_note("It contains unmasked personal data and is created for this download only. Send it only to Bakkt.")
        st.download_button(
            "Download the prefilled form",
            data=for_same_person(lambda: make_draft_form(current_desk().actions, draft)),
            file_name=FILE_NAME,
            mime=WORD_TYPE,
            key="wb-opening-form-download",
            on_click="ignore",
        )
        with st.expander("Fields to complete"):
            show_lines(missing)

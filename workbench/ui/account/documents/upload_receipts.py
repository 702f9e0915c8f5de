"""The receipts of an upload, one per side, each with a button that sends that side again."""

import math
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from workbench.actions import Receipt
from workbench.actions.refused_bodies import INVALID
from workbench.actions.upload_document import DocumentUpload
from workbench.domain.account.places import country_name
from workbench.domain.documents import slot_in_words, spec_of
from workbench.domain.errors import WorkbenchError
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import code_word, count
from workbench.ui.account.documents.upload_review import notice_name
from workbench.ui.account.documents.upload_sending import forget_upload, kept_upload, send
from workbench.ui.account.tabs import open_tab
from workbench.ui.forms.receipts import NOT_OF_THIS_ACCOUNT, show_receipt
from workbench.ui.frame.navigation import DOCUMENTS, OVERVIEW
from workbench.ui.frame.notices import forget_notice, keep_blocker, keep_error, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_facts, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import day_here
from workbench.ui.text.words import recorded_day


def receipts_in_address(client_account_id: str) -> list[Receipt]:
    actions = current_desk().actions
    found = [actions.receipt(action_id) for action_id in st.query_params.get_all("action")[:2]]
    known = [one for one in found if one and one.record and one.record.client_account_id == client_account_id]
    if len(known) < len(found):
        show_note(NOT_OF_THIS_ACCOUNT, role="status")
    return known


def show_receipts(client_account_id: str, receipts: Sequence[Receipt]) -> None:
    for column, receipt in zip(st.columns(max(2, len(receipts)), gap="large"), receipts, strict=False):
        with column:
            show_receipt(receipt)
            _show_details(receipt)
            _offer_again(client_account_id, receipt)
    show_notice(notice_name(client_account_id))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(
            "Upload another document", key="wb-upload-another", on_click=_begin_another, args=(client_account_id,)
        )
        st.button("Back to the overview", key="wb-back-to-overview", on_click=open_tab, args=(OVERVIEW,))


def _begin_another(client_account_id: str) -> None:
    forget_notice(notice_name(client_account_id))
    open_tab(DOCUMENTS)


def _show_details(receipt: Receipt) -> None:
    what = receipt.record.what if receipt.record else {}
    form, size = spec_of(what.get("document_type")), int(what.get("file_bytes", "0"))
    show_facts(
        {
            "Document": form.words if form else code_word(what.get("document_type")),
            "Side": code_word(what.get("document_side")),
            "Owner": what.get("client_owner_id"),
            "Issued in": country_name(what["issue_country"]) if "issue_country" in what else None,
            "Expires on": recorded_day(what.get("expires_on")),
            "Description": what.get("description"),
            "File": f"{what.get('file_kind')}, {count(math.ceil(size / 1000))} KB",
            "File cleaned": what.get("removed") if receipt.outcome is not Outcome.ACCEPTED else None,
            "Document id": what.get("client_document_id"),
        }
    )


def _offer_again(client_account_id: str, receipt: Receipt) -> None:
    if receipt.record is None or not receipt.may_confirm_again:
        return
    if receipt.record.status in INVALID:
        show_note("Bakkt refused it for what is in it: correct that with “Upload another document”.")
        return
    action_id = receipt.record.action_id
    upload = kept_upload(action_id)
    if upload is None:
        show_note("This tab no longer has the file: choose it again with “Upload another document”.")
        return
    words = slot_in_words(upload.document.slot)
    if st.button(label("Send {} again", words), key=f"wb-upload-again-{action_id}"):
        _send_again(client_account_id, action_id, replace(upload, today=day_here()))
    show_notice(f"upload-again-{action_id}")


def _send_again(client_account_id: str, action_id: str, upload: DocumentUpload) -> None:
    notice = f"upload-again-{action_id}"
    try:
        with st.spinner("Sending"):
            receipt = send(client_account_id, upload)
    except WorkbenchError as error:
        keep_error(notice, error)
        return
    if receipt.record is None:
        if receipt.blocker is not None:
            keep_blocker(notice, receipt.blocker)
        return
    forget_upload(action_id)
    now = receipt.record.action_id
    st.query_params["action"] = [now if one == action_id else one for one in st.query_params.get_all("action")]
    st.rerun()

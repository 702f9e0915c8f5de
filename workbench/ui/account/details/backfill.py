"""Missing data of one account: the opening form reduced to the missing fields, sent as an update."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.access.masking import IN_A_FORM, masked_payload
from workbench.actions.update_account import UpdatePlan, find_refused_before, plan_update
from workbench.domain.account.completeness import lacks_identity_document
from workbench.domain.account.field_words import field_words
from workbench.domain.actions import Blocker
from workbench.domain.errors import InputError
from workbench.domain.updates.answers import ParsedUpdate
from workbench.domain.updates.backfill import missing_content, read_backfill, unfillable_paths
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.updates.permissions import touches_agreements
from workbench.domain.updates.sections import FormContent
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.domain.words import plural
from workbench.ui.account.details.edit_session import RebasingSession
from workbench.ui.account.details.review import (
    answered_by,
    ask_doubts,
    confirm,
    notice_name,
    show_request,
    show_typed_numbers,
    still_refused,
)
from workbench.ui.account.payload import flattened
from workbench.ui.account.tabs import MISSING, open_tab
from workbench.ui.forms.acknowledgements import ask_acknowledgements
from workbench.ui.forms.fields import FieldMessage, ask_group, warnings_about
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.forms.receipts import receipt_in_address, show_receipt
from workbench.ui.forms.refusals import show_still_refused
from workbench.ui.forms.review import end_review
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import DETAILS, DOCUMENTS, OVERVIEW
from workbench.ui.frame.notices import keep_error, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_empty, show_facts, show_heading, show_note
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import clock_words, day_here


class BackfillSession(RebasingSession):
    """An edit session that asks for the missing fields alone, so that nothing that Bakkt holds is overwritten."""

    kind = "backfill"
    prefix = "wb-backfill"
    changed_words = "Bakkt's data has changed: this is what is missing now."

    def read_content(self) -> FormContent:
        return missing_content(self.form)


def show_backfill(account: dict[str, Any]) -> None:
    """Show the receipt named in the address, else the review of what was typed, else the form."""
    receipt = receipt_in_address()
    if receipt is not None:
        show_receipt(receipt)
        _offer_next(is_done=receipt.outcome is Outcome.ACCEPTED)
        return
    found = find_open_actions(ActionKind.UPDATE_ACCOUNT, account["client_account_id"])
    if show_open_actions(f"missing data of {account['client_account_id']}", found):
        return
    with shown_errors(try_again="wb-backfill-retry"):
        session = BackfillSession.for_account(account["client_account_id"])
        session.keep_draft()
        if session.is_reviewed:
            _show_review(session)
        else:
            _show_form(session)


def _offer_next(*, is_done: bool) -> None:
    with st.container(horizontal=True, gap="xsmall"):
        st.button("Back to the overview", key="wb-back-to-overview", on_click=open_tab, args=(OVERVIEW,))
        words = "Fill in more" if is_done else "Back to the form"
        st.button(words, key="wb-backfill-more", on_click=open_tab, args=(DETAILS, {"form": MISSING}))


def _show_form(session: BackfillSession) -> None:
    today = day_here()
    filled = read_backfill(session.content, today)
    with st.container():  # in every run: a sync may find the document while the fields are filled in
        _show_unfillable(session)
    if not session.content.sections:
        show_empty("Nothing is missing that you can fill in here.", "Bakkt holds all fields that new accounts require.")
        return
    lacks = plural(len(session.content.fields), "field")
    show_note(f"{lacks} missing. Fill in what you have; related fields must be sent together.")
    show_note(f"Bakkt's copy, read at {clock_words(session.held.read_at)}.")
    with st.container():
        _show_notice(session)
    asked = (one.form_field for one in session.content.fields)
    messages = {**warnings_about(asked, session.content.filled, today), **_errors(session, filled)}
    for section in session.content.sections:
        for group, _ in section.groups:
            title = f"{section.title}: {group.title[0].lower()}{group.title[1:]}"
            ask_group(replace(group, title=title), session.content.filled, messages, session.key_of, is_live=True)
    _offer_review(session, filled)


def _show_notice(session: BackfillSession) -> None:
    refused = (
        f"Bakkt: {field_words(name)}: {words}" if name else f"Bakkt: {words}"
        for name, words in session.refused_elsewhere
    )
    notice = " ".join(filter(None, (session.notice, *refused)))
    if notice:
        show_note(notice, tone="wb-amber", role="status")


def _errors(session: BackfillSession, filled: ParsedUpdate) -> dict[str, FieldMessage]:
    faults = {path: FieldMessage(words, "wb-red") for path, words in filled.errors.items()}
    return {
        **faults,
        **{path: FieldMessage(f"Bakkt refused this: {words}", "wb-red") for path, words in session.refused.items()},
    }


def _show_unfillable(session: BackfillSession) -> None:
    """Show what cannot be typed here: documents, and fields for which Bakkt holds something else."""
    client_account_id = session.held.client_account_id
    stored = read_of_account("accounts/missing_fields", client_account_id).rows
    if lacks_identity_document(row["field"] for row in stored):
        show_note("An owner outside the USA has no identity document.", tone="wb-amber")
        st.button("Upload the document…", key="wb-backfill-upload", on_click=open_tab, args=(DOCUMENTS,))
    rest = unfillable_paths(session.held.request)
    if rest:
        show_note(f"Cannot be filled in here, because Bakkt holds something else there: {', '.join(rest)}.")


def _offer_review(session: BackfillSession, filled: ParsedUpdate) -> None:
    name, typed = f"{notice_name(session)}-form", repr((filled.edits, filled.errors))
    words = label("Review — {} to send", plural(len(filled.edits), "value"))
    if st.button(words, key="wb-backfill-review", type="primary"):
        _go_to_review(session, filled, name, typed)
    show_notice(name, about=typed)


def _go_to_review(session: BackfillSession, filled: ParsedUpdate, notice: str, typed: str) -> None:
    """Go to the review, or say why not until something else is typed."""
    if filled.errors:
        words = f"{plural(len(filled.errors), 'field')} to correct first: see the red notes above."
        keep_error(notice, InputError(words, title="Not ready to review"), about=typed)
    elif not filled.edits:
        keep_error(notice, InputError("Nothing is filled in yet.", title="Not ready to review"), about=typed)
    else:
        session.is_reviewed, session.notice = True, ""
        end_review(session.kind, session.held.client_account_id)
        st.rerun()


def _show_review(session: BackfillSession) -> None:
    today = day_here()
    filled = read_backfill(session.content, today)
    if touches_agreements(filled.edits):
        session.acknowledgements = ask_acknowledgements(session.prefix, is_wide=True)
    doubts = ask_doubts(session, filled)
    plan = plan_update(session.held, filled.edits, session.acknowledgements, today, doubts)
    kept, dropped = plan.review.unchanged_count, len(plan.review.dropped)
    show_heading("Added", f"{kept} unchanged, {dropped} lost")
    added = {change.name: change.new for change in plan.review.changed}
    show_facts({name: _masked(name, value) for name, value in added.items()})
    show_still_refused(still_refused(session))
    show_typed_numbers(session)
    _show_blockers(plan.blockers)
    if plan.changes_ownership:
        show_note(OWNERSHIP_REMINDER, tone="wb-amber")
    _ask_confirmation(session, plan)
    _show_body(plan)


def _masked(name: str, value: object) -> str:
    last = name.rpartition(".")[2]
    shown = masked_payload({last: value}, IN_A_FORM)[last]
    return ", ".join(map(str, shown)) if isinstance(shown, list) else str(shown)


def _show_blockers(blockers: Sequence[Blocker]) -> None:
    for blocker in blockers:
        show_blocker(blocker)


def _ask_confirmation(session: BackfillSession, plan: UpdatePlan) -> None:
    show_note("The whole record is sent. Bakkt acknowledges at once and decides later.")
    refused_before = find_refused_before(current_desk().actions, plan)
    if refused_before is not None:
        show_blocker(refused_before)
    with st.container(horizontal=True, gap="xsmall"):
        changes = plural(len(plan.review.changed), "value")
        words = label("Send the update — {} added", changes)
        is_shut = refused_before is not None
        is_confirmed = st.button(words, key="wb-backfill-send", type="primary", disabled=is_shut)
        if st.button("Back to the form", key="wb-backfill-back"):
            session.is_reviewed = False
            st.rerun()
    if is_confirmed:
        confirm(session, plan)
    show_notice(notice_name(session), about=answered_by(plan))


def _show_body(plan: UpdatePlan) -> None:
    with st.expander("Dry run: the full request and the rules it is checked against"):
        show_request(plan)
        body = masked_payload(dict(plan.outgoing))
        show_facts(dict(flattened(json.loads(json.dumps(body, default=str)))))

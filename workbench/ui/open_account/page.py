"""The page that opens an account: its steps can be done in any order, and leaving one saves the draft."""

from dataclasses import replace

import htpy as h
import streamlit as st

from workbench.actions.drafts import Draft, new_id, save_draft
from workbench.domain.account import MAX_OWNERS, CheckedAnswer, Field, Step, check, steps_of
from workbench.domain.account.field_words import field_words
from workbench.domain.errors import WorkbenchError
from workbench.domain.vocabulary import ActionKind
from workbench.ui.forms.address_codes import show_unknown_codes
from workbench.ui.forms.away import show_away
from workbench.ui.forms.fields import FieldMessage, ask_group, choice_words, with_widget_values
from workbench.ui.forms.open_actions import find_open_actions, show_open_actions
from workbench.ui.forms.receipts import receipt_in_address
from workbench.ui.frame.failures import show_error
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_html, show_note
from workbench.ui.html.to_top import scroll_to_top
from workbench.ui.live.current_desk import current_desk
from workbench.ui.open_account.drafts import REVIEW, draft_in_address, go_to, offer_deletion, open_drafts, show_drafts
from workbench.ui.open_account.receipt import show_opening_receipt
from workbench.ui.open_account.review import show_review
from workbench.ui.text.moments import ago_cell, day_here


def show_opening() -> None:
    """Show the receipt or the draft that the address names, otherwise the list of drafts."""
    receipt = receipt_in_address()
    draft = draft_in_address()
    if receipt is not None and receipt.record is not None:
        show_opening_receipt(receipt, draft)
    elif draft is not None:
        _show_draft(draft)
    else:
        show_drafts(is_not_found=bool(st.query_params.get("draft")))


def _show_draft(draft: Draft) -> None:
    steps = steps_of(draft.form)
    current = _step_in_address(steps)
    if current is not None:
        draft = _with_typed(draft, current)
        steps = steps_of(draft.form)
        current = next(one for one in steps if one.key == current.key)
    _show_head(draft)
    show_unknown_codes("open_account", {"step": {REVIEW, *(one.key for one in steps)}})
    if _show_open_opening(draft):
        return
    with st.container():  # in every run: it goes once a number is typed, when the next one may be half typed
        _show_unreadable(draft)
    scroll_to_top(current.key if current else REVIEW, key="wb-opening-top")
    _show_stepper(draft, steps, current)
    _show_save_error()
    if current is None:
        show_review(draft, go_to=lambda step: _save_and_go_to(draft, None, step))
    else:
        _show_step(draft, steps, current)


def _show_open_opening(draft: Draft) -> bool:
    """Say that an opening of this id is not settled; whether it is this draft's own, so that nothing is left to do."""
    client_account_id = draft.form.client_account_id
    found = find_open_actions(ActionKind.OPEN_ACCOUNT, client_account_id) if client_account_id else []
    show_open_actions(f"opening {draft.draft_id}", found)
    return any(record.what.get("draft_id") == draft.draft_id for record in found)


def _step_in_address(steps: tuple[Step, ...]) -> Step | None:
    """The step to fill in; None for the review."""
    wanted = st.query_params.get("step", "account")
    if wanted == REVIEW:
        return None
    return next((one for one in steps if one.key == wanted), steps[0])


def _with_typed(draft: Draft, step: Step) -> Draft:
    """The draft with the step's current widget values; a refusal is dropped when its answer changes."""
    form = with_widget_values(step.fields, draft.form, lambda path: _key(draft, path))
    refusals = {
        path: words for path, words in draft.refusals.items() if form.answers.get(path) == draft.form.answers.get(path)
    }
    draft = replace(draft, form=form, refusals=refusals)
    open_drafts()[draft.draft_id] = draft
    return draft


def _key(draft: Draft, path: str) -> str:
    """The key includes the number of owners, because removing an owner moves the later ones up."""
    return f"wb-opening-{draft.draft_id}-{draft.form.owners}-{path}"


def _show_head(draft: Draft) -> None:
    name, kind = draft.form.title or "No name yet", choice_words(draft.form.account_type) or "no type yet"
    show_html(
        h.h1(".wb-answer")["Open an account"],
        h.p(".wb-lead.wb-name")[h.bdi[name], f" · {kind}"],
    )
    show_away()


def _show_unreadable(draft: Draft) -> None:
    """Say which saved numbers are missing, because the form shows their fields empty."""
    missing = sorted(path for path in draft.unreadable if not draft.form.answers.get(path))
    if missing:
        show_note(
            f"Saved, but cannot be read: {', '.join(map(field_words, missing))}. The key file beside the database is "
            "missing, or is not the one it was saved with. Restore it, or type the number again; nothing else is lost.",
            tone="wb-amber",
            role="status",
        )


def _show_stepper(draft: Draft, steps: tuple[Step, ...], current: Step | None) -> None:
    """One button per step, labelled with the number of fields left to fill in."""
    with st.container(horizontal=True, gap="xsmall", key="wb-opening-steps"):
        for number, step in enumerate(steps, start=1):
            is_current = current is not None and step.key == current.key
            words = label("{} {}{}", number, step.title, _state_of(draft, step))
            if st.button(words, key=f"wb-opening-step-{step.key}", type="primary" if is_current else "secondary"):
                _save_and_go_to(draft, current, step.key)
        if st.button("Review and send", key="wb-opening-step-review", type="secondary" if current else "primary"):
            _save_and_go_to(draft, current, REVIEW)


def _state_of(draft: Draft, step: Step) -> str:
    today = day_here()
    left = sum(1 for one in step.fields if check(one, draft.form, today).error or one.path in draft.refusals)
    return f" · {left} left" if left else " ✓"


def _save_and_go_to(draft: Draft, left: Step | None, wanted: str) -> None:
    """Save the draft and go to the step ``wanted``."""
    visited = draft.visited | {left.key} if left else draft.visited
    try:
        saved = save_draft(current_desk().actions, replace(draft, visited=visited))
    except WorkbenchError as error:
        st.session_state["wb-opening-save-error"] = error
        st.rerun()
    open_drafts()[draft.draft_id] = saved
    go_to(draft.draft_id, wanted)


def _show_save_error() -> None:
    error = st.session_state.pop("wb-opening-save-error", None)
    with st.container():  # in every run: the next one, which comes by itself, shows it no longer
        if isinstance(error, WorkbenchError):
            show_error(error)


def _show_step(draft: Draft, steps: tuple[Step, ...], step: Step) -> None:
    today = day_here()
    messages = {one.path: _message_of(draft, step, one, check(one, draft.form, today)) for one in step.fields}
    for group in step.groups:
        ask_group(group, draft.form, messages, lambda path: _key(draft, path))
    if step.key == "account":
        _offer_id(draft)
    if draft.form.account_type:
        _offer_owners(draft, step)
    _show_foot(draft, steps, step)


def _message_of(draft: Draft, step: Step, one: Field, checked: CheckedAnswer) -> FieldMessage:
    """An empty field is reported only after its step has been left; a typed value is checked at once."""
    is_typed = bool(draft.form.answers.get(one.path))
    if one.path in draft.refusals:
        return FieldMessage(f"Bakkt refused this: {draft.refusals[one.path]}", "wb-red")
    if checked.error and (is_typed or step.key in draft.visited):
        return FieldMessage(checked.error, "wb-red")
    if checked.caution and (is_typed or step.key in draft.visited):
        return FieldMessage(checked.caution, "wb-amber")
    return FieldMessage()


def _offer_id(draft: Draft) -> None:
    if not draft.form.client_account_id and st.button("Generate an id", key="wb-opening-make-id"):
        _replace_form(draft, replace(draft, form=draft.form.with_answer("clientAccountId", new_id())), "account")


def _offer_owners(draft: Draft, step: Step) -> None:
    owners = draft.form.owners
    with st.container(horizontal=True, gap="xsmall"):
        if (
            step.key.startswith("owner-")
            and owners < MAX_OWNERS
            and st.button("Add another owner", key="wb-opening-add-owner")
        ):
            added = replace(draft, form=draft.form.with_owner(new_id()))
            _replace_form(draft, added, f"owner-{owners + 1}")
        position = _removable_position(draft, step)
        if position and st.button(
            label("Remove owner {}", position + 1), key="wb-opening-remove-owner", type="tertiary"
        ):
            _replace_form(draft, _without_owner(draft, position), f"owner-{position}")


def _removable_position(draft: Draft, step: Step) -> int:
    """The position of the step's owner; 0 if there is none to remove, as the first owner must stay."""
    return int(step.key.removeprefix("owner-")) - 1 if step.key.startswith("owner-") and draft.form.owners > 1 else 0


def _without_owner(draft: Draft, position: int) -> Draft:
    visited = frozenset(key for key in draft.visited if not key.startswith("owner-"))
    return replace(draft, form=draft.form.without_owner(position), visited=visited, refusals={})


def _replace_form(before: Draft, after: Draft, step: str) -> None:
    """Replace the form after a change that no widget made, and reset the widgets to its answers."""
    for name in [name for name in st.session_state if str(name).startswith(f"wb-opening-{before.draft_id}-")]:
        del st.session_state[name]
    open_drafts()[after.draft_id] = after
    _save_and_go_to(after, None, step)


def _show_foot(draft: Draft, steps: tuple[Step, ...], step: Step) -> None:
    following = _following(steps, step)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        if st.button("Save and continue", key=f"wb-opening-next-{step.key}", type="primary"):
            _save_and_go_to(draft, step, following[0])
        if st.button("Save the draft", key="wb-opening-keep"):
            _save_and_go_to(draft, None, step.key)
        offer_deletion(draft)
        saved = ago_cell(draft.saved_at)
        show_note(f"Saved {saved.text}." if saved else "Not saved yet.")


def _following(steps: tuple[Step, ...], step: Step) -> tuple[str, str]:
    index = [one.key for one in steps].index(step.key)
    rest = steps[index + 1 :]
    return (rest[0].key, rest[0].title) if rest else (REVIEW, "the review")

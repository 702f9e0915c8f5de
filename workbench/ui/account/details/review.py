"""The review of an update: the whole record beside Bakkt's copy, the rules checked, and the confirmation."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import htpy as h
import pyarrow as pa
import streamlit as st
from htpy import Element

from workbench.access.masking import IN_A_FORM, masked_payload
from workbench.actions.doubts import Doubts
from workbench.actions.update_account import (
    UpdatePlan,
    find_refused_before,
    plan_update,
    update_account,
)
from workbench.bakkt.client import ACCOUNT_SUBMISSION
from workbench.casework.kyb_records import owners_in_words
from workbench.domain.account.field_words import field_words
from workbench.domain.account.sent_numbers import numbers_sent_otherwise
from workbench.domain.account.unused_fields import note_on_request
from workbench.domain.updates import ABSENT, Change
from workbench.domain.updates.answers import ParsedUpdate, read_form
from workbench.domain.updates.letters import OWNERSHIP_REMINDER, ownership_letter
from workbench.domain.updates.paths import Path, leaves, path_name, path_of
from workbench.domain.updates.permissions import touches_agreements
from workbench.domain.updates.sections import labels_of, owner_name
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import count, plural
from workbench.ui.account.details.edit_session import LETTER, EditSession
from workbench.ui.forms.acknowledgements import ask_acknowledgements
from workbench.ui.forms.doubts import ask_confirmation_of_doubts
from workbench.ui.forms.receipts import put_in_address
from workbench.ui.forms.refusals import show_still_refused
from workbench.ui.forms.review import confirm_key, end_review
from workbench.ui.forms.sent_numbers import show_sent_numbers
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.notices import forget_notice, keep_blocker, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_heading, show_html, show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import text
from workbench.ui.tables.tables import ROWS_SHOWN, show_table
from workbench.ui.text.moments import day_here

ABSENT_WORDS = "nothing"


def show_review(session: EditSession) -> None:
    """Show the changes, the whole record, and the button that sends it."""
    today = day_here()
    reading = read_form(session.content, today)
    plan = plan_update(session.held, reading.edits, session.acknowledgements, today)
    main, side = st.columns([0.66, 0.34], gap="large")
    with main:
        _show_changes(session, plan)
        show_typed_numbers(session)
        _show_whole_record(plan)
        _show_dry_run(plan)
    with side:
        show_still_refused(still_refused(session))
        if touches_agreements(reading.edits):
            session.acknowledgements = ask_acknowledgements(session.prefix)
            plan = plan_update(session.held, reading.edits, session.acknowledgements, today)
        if plan.changes_ownership:
            _show_ownership(plan)
        doubts = ask_doubts(session, reading)
        plan = plan_update(session.held, reading.edits, session.acknowledgements, today, doubts)
        _ask_confirmation(session, plan)


def _show_changes(session: EditSession, plan: UpdatePlan) -> None:
    show_heading("Changes", _change_counts(plan))
    labels = labels_of(session.content)
    lines = [_change_line(labels.get(change.path, ""), change) for change in plan.review.changed]
    show_html(h.ul(".wb-list")[lines])


def show_typed_numbers(session: EditSession) -> None:
    """Show how the numbers that were typed are sent."""
    content = session.content
    labels = labels_of(content)
    typed = [
        one.form_field
        for one in content.fields
        if one.is_touched and not content.form.belongs_to_removed(one.form_field.path)
    ]
    found = numbers_sent_otherwise(typed, content.filled, day_here())
    show_sent_numbers(f"{labels.get(path_of(one.path), one.label)}: {words}" for one, words in found)


def _change_counts(plan: UpdatePlan) -> str:
    review = plan.review
    kept = f"{count(review.unchanged_count)} unchanged"
    return f"{plural(len(review.changed), 'change')}, {kept}, {len(review.dropped)} lost"


def _change_line(label: str, change: Change) -> Element:
    old, new = value_words(change.path, change.old), value_words(change.path, change.new)
    return h.li[label, " ", h.span(".wb-note.wb-id")[change.name], h.br, h.s[old], " → ", h.strong[new]]


def value_words(path: Path, value: Any) -> str:
    """A value as text, masked as in a form; an object or a list by its values."""
    if value is ABSENT:
        return ABSENT_WORDS
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    shown = masked_payload({name: value}, IN_A_FORM)[name]
    if isinstance(shown, dict | list) and shown:
        return ", ".join(_leaf_words(leaf) for _, leaf in leaves(shown))
    return _leaf_words(shown)


def _leaf_words(value: Any) -> str:
    match value:
        case None:
            return "null"
        case "":
            return "empty text"
        case bool():
            return "yes" if value else "no"
    return str(value)


def _show_whole_record(plan: UpdatePlan) -> None:
    """Show every value to be sent beside the one in Bakkt's copy."""
    rows = _whole_rows(plan)
    with st.expander(label("The whole record: {}", plural(len(rows), "value"))):
        for number, start in enumerate(range(0, len(rows), ROWS_SHOWN)):
            _show_rows(rows[start : start + ROWS_SHOWN], number)


def _show_rows(rows: Sequence[dict[str, str]], number: int) -> None:
    columns = ("what", "field", "held", "outgoing")
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in columns})
    show_table(
        QueryResult(table, datetime.now(UTC)),
        columns,
        key=f"update-whole-{number}",
        rows_at_once=14,
        looks={
            "what": text("", 92),
            "field": text("Field", 300),
            "held": text("Bakkt's copy", 190),
            "outgoing": text("To be sent", 190),
        },
    )


def _whole_rows(plan: UpdatePlan) -> Sequence[dict[str, str]]:
    """One row per value, changed ones first, by their paths in Bakkt's copy; added or removed items are one row."""
    changed = {change.path: change for change in plan.review.changed}
    rows = [_row("changed", path, change.old, change.new) for path, change in changed.items()]
    rows += [{"what": "lost", "field": name, "held": "", "outgoing": ""} for name in plan.review.dropped]
    for path, value in leaves(dict(plan.held.request)):
        if not any(path[: len(one)] == one for one in changed):
            rows.append(_row("unchanged", path, value, value))
    return rows


def _row(what: str, path: Path, old: Any, new: Any) -> dict[str, str]:
    name = " · ".join(filter(None, (path_name(path), note_on_request(path))))
    return {"what": what, "field": name, "held": value_words(path, old), "outgoing": value_words(path, new)}


def show_request(plan: UpdatePlan) -> None:
    """Show where the update would be sent and which rules it meets."""
    rules = [h.li(class_={"wb-met": one.is_met})[one.rule.words] for one in plan.rules]
    show_html(h.p(".wb-id")[ACCOUNT_SUBMISSION.in_words], h.ul(".wb-checks")[rules])


def _show_dry_run(plan: UpdatePlan) -> None:
    with st.expander("Dry run: what would be sent, and the rules checked"):
        show_request(plan)
        body = json.dumps(masked_payload(dict(plan.outgoing)), indent=2, ensure_ascii=False, default=str)
        show_note("The body, with identity numbers, birth dates and streets masked:")
        show_copyable(body, key="wb-update-body")


def _show_ownership(plan: UpdatePlan) -> None:
    show_heading("Beneficial ownership")
    show_note(OWNERSHIP_REMINDER, tone="wb-amber")
    with st.expander("Letter to Bakkt"):
        show_copyable(letter_of(plan), key="wb-update-ownership")


def letter_of(plan: UpdatePlan) -> str:
    """The letter that tells Bakkt of a change in ownership."""
    changes = [_ownership_words(plan, change) for change in plan.review.changed if change.path[0] == "owners"]
    client_account_id = plan.held.client_account_id
    owners = owners_in_words(current_desk().store.read_rows, client_account_id)
    return ownership_letter(client_account_id, changes, owners)


def _ownership_words(plan: UpdatePlan, change: Change) -> str:
    match change.path:
        case ("owners", int(position)):
            is_removed = change.new is ABSENT
            name = owner_name({"owners": [change.old if is_removed else change.new]}, 0) or "An owner"
            return f"{name} (owner {position + 1}) {'was removed' if is_removed else 'was added'}"
        case ("owners", int(position), *_):
            name = owner_name(plan.held.request, position) or "An owner"
            return f"{name} (owner {position + 1}): {change.name} was changed"
    return change.name


def ask_doubts(session: EditSession, reading: ParsedUpdate) -> Doubts:
    """Show what is unusual about the values that were typed, and ask once for a confirmation of all of it."""
    labels = labels_of(session.content)
    lines = [
        f"{labels.get(path_of(path), path)}: {' '.join(one.words for one in found)}"
        for path, found in reading.doubts.items()
    ]
    return Doubts(reading.doubts, ask_confirmation_of_doubts(lines, f"{session.prefix}-doubts-{session.serial}"))


def _ask_confirmation(session: EditSession, plan: UpdatePlan) -> None:
    show_heading("Send it")
    show_note("The whole record is sent. Bakkt acknowledges at once and decides later.")
    refused_before = find_refused_before(current_desk().actions, plan)
    for blocker in (*plan.blockers, *filter(None, [refused_before])):
        show_blocker(blocker)
    reason = st.text_input("Note (optional)", key="wb-update-reason", max_chars=300)
    changes = plural(len(plan.review.changed), "change")
    words = label("Send the update — {}", changes)
    is_shut = refused_before is not None
    if st.button(words, key="wb-update-send", type="primary", width="stretch", disabled=is_shut):
        confirm(session, plan, reason, letter=letter_of(plan) if plan.changes_ownership else "")
    show_notice(notice_name(session), about=answered_by(plan))
    if st.button("Back to the form", key="wb-update-back", width="stretch"):
        session.is_reviewed = False
        st.rerun()


def still_refused(session: EditSession) -> list[str]:
    """What Bakkt refused the last time and has not been edited since, one line a field, in the words of the form."""
    labels = labels_of(session.content)
    by_field = [f"{labels.get(path_of(path)) or field_words(path)}: {words}" for path, words in session.refused.items()]
    elsewhere = [f"{field_words(name)}: {words}" if name else words for name, words in session.refused_elsewhere]
    return [*by_field, *elsewhere]


def notice_name(session: EditSession) -> str:
    """The name of the notice that says why a confirmed update was not sent."""
    return f"{session.kind}-{session.held.client_account_id}"


def answered_by(plan: UpdatePlan) -> str:
    """What a notice about a plan is about: it goes once the edits or what was confirmed change."""
    return repr((plan.edits, plan.acknowledgements, plan.doubts.are_confirmed))


def confirm(
    session: EditSession,
    plan: UpdatePlan,
    reason: str = "",
    *,
    letter: str = "",
    on_record: Callable[[], None] = lambda: None,
) -> None:
    """Send the update once and go on to its receipt; a ``letter`` to Bakkt is kept for the receipt.

    ``on_record`` is called once there is a receipt to show.
    """
    client_account_id = session.held.client_account_id
    forget_notice(notice_name(session))
    key = confirm_key(session.kind, client_account_id)
    attempt = update_account(current_desk().actions, plan, confirm_key=key, reason=reason)
    record = attempt.receipt.record
    if record is None:
        session.land_refusals(tuple(plan.field_errors.items()))
        if attempt.receipt.blocker is not None:
            keep_blocker(notice_name(session), attempt.receipt.blocker, about=answered_by(plan))
        st.rerun()
    end_review(session.kind, client_account_id)
    on_record()
    if record.outcome is Outcome.ACCEPTED:
        session.end()
        if letter:
            st.session_state[LETTER] = (record.action_id, letter)
        current_desk().actions.read_back(record)
    else:
        session.land_answer(record.refusals, attempt.bakkt_now)
    put_in_address(attempt.receipt)
    st.rerun()

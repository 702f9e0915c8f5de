"""The review of a new account: what will be sent, what blocks it, and the confirmation."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import htpy as h
import streamlit as st

from workbench.actions.doubts import CONFIRMED
from workbench.actions.drafts import Draft
from workbench.actions.open_account import NEW_HERE, NEW_TO_BAKKT, OpeningReview, open_account, review_opening
from workbench.actions.opening_rules import FORM_RULES
from workbench.bakkt.client import ACCOUNT_SUBMISSION
from workbench.casework.business_owners import keep_answers_of_draft
from workbench.domain.account import FieldIssue, owners_abroad, steps_of
from workbench.domain.account.checks import EXPECTED
from workbench.domain.account.field_words import field_words
from workbench.domain.account.fields import REQUIRED
from workbench.domain.account.sent_numbers import numbers_sent_otherwise
from workbench.domain.errors import WorkbenchError
from workbench.domain.vocabulary import Outcome
from workbench.domain.words import plural
from workbench.ui.account.payload import flattened
from workbench.ui.forms.doubts import ask_confirmation_of_doubts
from workbench.ui.forms.dry_run import show_rules
from workbench.ui.forms.refusals import show_still_refused
from workbench.ui.forms.review import confirm_key, end_review
from workbench.ui.forms.sent_numbers import show_sent_numbers
from workbench.ui.frame.blockers import show_blocker
from workbench.ui.frame.notices import forget_notice, keep_blocker, keep_error, show_notice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_facts, show_heading, show_html, show_lines, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.open_account.drafts import open_drafts
from workbench.ui.open_account.manual_kyb import show_manual_way
from workbench.ui.text.moments import day_here

KIND = "open_account"
GoTo = Callable[[str], None]


def show_review(draft: Draft, go_to: GoTo) -> None:
    review = review_opening(current_desk().actions, draft, day_here())
    show_manual_way(draft)
    _show_problems(draft, review.errors, go_to)
    show_still_refused(_still_refused(draft))
    _show_warnings(draft, review)
    if review.blocker is not None:
        show_blocker(review.blocker)
    elif not review.errors:
        _ask_confirmation(draft, review)
    show_sent_numbers(_number_lines(draft))
    _show_body(review)


def _still_refused(draft: Draft) -> list[str]:
    """What Bakkt refused the last time and has not been changed since, one line a field."""
    labels = {one.path: one.label for step in steps_of(draft.form) for one in step.fields}
    return [f"{labels.get(path) or field_words(path)}: {words}" for path, words in draft.refusals.items()]


def _number_lines(draft: Draft) -> Iterator[str]:
    for step in steps_of(draft.form):
        for one, words in numbers_sent_otherwise(step.fields, draft.form, day_here()):
            yield f"{step.title} · {one.label}: {words}"


def _show_problems(draft: Draft, problems: Sequence[FieldIssue], go_to: GoTo) -> None:
    """List the problems by step, each step with a button that goes there."""
    if not problems:
        return
    steps = steps_of(draft.form)
    groups = {one.path: group.title for step in steps for group in step.groups for one in group.fields}
    title = f"{plural(len(problems), 'field')} to fill in or correct before it can be sent"
    show_html(h.div(".wb-receipt.wb-not", role="status")[h.strong[title]])
    for step in steps:
        found = [one for one in problems if one.step == step.key]
        if found:
            show_heading(step.title, plural(len(found), "field"))
            show_lines(problem_lines(found, groups))
            if st.button(label("Go to: {}", step.title), key=f"wb-opening-correct-{step.key}"):
                go_to(step.key)


def problem_lines(found: Sequence[FieldIssue], groups: Mapping[str, str]) -> list[str]:
    """One line per wrong answer, then one per group for its missing answers, to keep the list short."""
    lines = [f"{groups.get(one.path, '')}, {one.label}: {one.words}" for one in found if one.words != REQUIRED]
    left_out: dict[str, list[str]] = {}
    for one in found:
        if one.words == REQUIRED:
            left_out.setdefault(groups.get(one.path, ""), []).append(one.label)
    return [*lines, *(f"{title}: {', '.join(labels)} to fill in." for title, labels in left_out.items())]


def _show_warnings(draft: Draft, review: OpeningReview) -> None:
    left_out = [one.label for one in review.warnings if one.words == EXPECTED]
    lines = [f"{one.label}: {one.words}" for one in review.warnings if one.words != EXPECTED]
    if left_out:
        lines.append(f"Bakkt's guide also lists these; you can add them later: {', '.join(left_out)}.")
    lines += [f"{_owner(position)} lives outside the USA: {_UPLOAD}" for position in owners_abroad(draft.form)]
    if lines:
        show_heading("Before you send", plural(len(lines), "point"))
        show_lines(lines)


_UPLOAD = "once the account is open, upload a passport, identification card or driver's licence."


def _owner(position: int) -> str:
    return "The primary owner" if position == 0 else f"Owner {position + 1}"


def _ask_confirmation(draft: Draft, review: OpeningReview) -> None:
    titles = {step.key: step.title for step in steps_of(draft.form)}
    lines = [f"{titles[one.step]} · {one.label}: {one.words}" for one in review.doubtful]
    is_confirmed = ask_confirmation_of_doubts(lines, f"wb-opening-doubts-{draft.draft_id}")
    show_heading("Send it")
    show_note(
        "The request is sent once. Bakkt acknowledges at once and starts its review; the outcome comes as an event. "
        "The account is added to the registry and read at once. Its id, type, birth dates and tax ids cannot be "
        "changed here afterwards."
    )
    if st.button("Open the account at Bakkt", key="wb-opening-send", type="primary", disabled=not is_confirmed):
        _confirm(draft, are_doubts_confirmed=is_confirmed)
    show_notice(_notice_name(draft), about=draft.form)


def _notice_name(draft: Draft) -> str:
    return f"opening-{draft.draft_id}"


def _confirm(draft: Draft, *, are_doubts_confirmed: bool) -> None:
    forget_notice(_notice_name(draft))
    try:
        receipt = open_account(
            current_desk().actions,
            draft,
            confirm_key=confirm_key(KIND, draft.draft_id),
            today=day_here(),
            are_doubts_confirmed=are_doubts_confirmed,
        )
    except WorkbenchError as error:
        keep_error(_notice_name(draft), error, about=draft.form)
        return
    if receipt.record is None:
        if receipt.blocker is not None:
            keep_blocker(_notice_name(draft), receipt.blocker, about=draft.form)
        return
    end_review(KIND, draft.draft_id)
    open_drafts().pop(draft.draft_id, None)
    address = {"account": receipt.record.client_account_id, "action": receipt.record.action_id}
    if receipt.outcome is Outcome.ACCEPTED:
        keep_answers_of_draft(current_desk().actions, draft)
        current_desk().actions.read_back(receipt.record)
    else:
        address["draft"] = draft.draft_id
    st.query_params.from_dict(address)
    st.rerun()


def _show_body(review: OpeningReview) -> None:
    show_heading("What will be sent", "identity numbers and birth dates masked")
    left, right = st.columns(2, gap="large")
    parts = list(_parts(dict(review.masked_body)))
    for number, (title, tree) in enumerate(parts):
        with left if number < (len(parts) + 1) // 2 else right:
            show_heading(title)
            show_facts(dict(flattened(tree)))
    with st.expander("Dry run: the request, and the rules it was checked against"):
        body = json.dumps(dict(review.masked_body), indent=2, ensure_ascii=False)
        show_html(h.p(".wb-id")[ACCOUNT_SUBMISSION.in_words])
        show_rules((*FORM_RULES, CONFIRMED, NEW_HERE, NEW_TO_BAKKT))
        show_html(h.pre(".wb-id", tabindex="0", role="region", aria_label="Body of the request")[body])


def _parts(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """The body in sections with their titles, to be shown in two columns."""
    owners = body.pop("owners", [])
    entity = body.pop("entity", None)
    yield "The account", body
    for position, owner in enumerate(owners):
        yield f"owners[{position}]", owner
    if entity:
        yield "entity", entity

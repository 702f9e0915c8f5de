"""Missing data of one account: the opening form reduced to the missing fields, sent as an update."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from workbench.access.masking import masked_payload
from workbench.actions.update_account import (
    ADDRESS,
    METHOD,
    Acknowledgements,
    HeldAccount,
    UpdatePlan,
    plan_update,
    read_held_account,
    update_account,
)
from workbench.domain.account import FieldAnswer, Form, Step
from workbench.domain.account.refusals import place_refusals
from workbench.domain.actions import Blocker
from workbench.domain.updates.backfill import (
    IDENTITY_DOCUMENT,
    ParsedBackfill,
    backfill_steps,
    read_backfill,
    unfillable_paths,
)
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.letters import OWNERSHIP_REMINDER
from workbench.domain.updates.permissions import touches_agreements
from workbench.domain.updates.sections import filled_form
from workbench.domain.vocabulary import Outcome
from workbench.ui.account.payload import flattened
from workbench.ui.forms.fields import FieldMessage, ask_group, with_widget_values
from workbench.ui.forms.receipts import put_in_address, receipt_in_address, show_receipt
from workbench.ui.forms.review import confirm_key, end_review
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.blockers import show_blocker
from workbench.ui.html.markup import literal, show_empty, show_facts, show_heading, show_html, show_note
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.words import plural

KIND = "backfill"
_SESSION_KEY = "wb-backfill-session"
_SERIALS = itertools.count(1)


@dataclass(slots=True)
class BackfillSession:
    """An edit session: what Bakkt held when it began and what was typed, kept in the session state only."""

    held: HeldAccount = field(repr=False)
    typed: dict[str, FieldAnswer] = field(default_factory=dict, repr=False)
    serial: int = field(default_factory=lambda: next(_SERIALS))
    is_reviewed: bool = False
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    refused: dict[str, str] = field(default_factory=dict, repr=False)
    notice: str = ""

    def key_of(self, path: str) -> str:
        return f"wb-backfill-{self.serial}-{path}"

    @property
    def whole_request(self) -> Form:
        return filled_form(UpdateForm(self.held.request, self.typed))

    @property
    def steps(self) -> tuple[Step, ...]:
        return backfill_steps(self.held.request, self.typed)


def show_backfill(account: dict[str, Any]) -> None:
    """Show the receipt named in the address, else the review of what was typed, else the form."""
    receipt = receipt_in_address()
    if receipt is not None:
        show_receipt(receipt)
        _offer_next(account, is_done=receipt.outcome is Outcome.ACCEPTED)
        return
    with shown_errors(try_again="wb-backfill-retry"):
        session = _session_of(account["client_account_id"])
        _store_typed(session)
        if session.is_reviewed:
            _show_review(session)
        else:
            _show_form(session)


def _offer_next(account: dict[str, Any], *, is_done: bool) -> None:
    by_id = {"account": account["client_account_id"]}
    st.page_link(page_named("customers"), label="Back to the account", query_params=by_id)
    words = "Fill in more" if is_done else "Back to the form"
    if st.button(words, key="wb-backfill-more"):
        st.query_params.pop("action", None)
        st.rerun()


def _session_of(client_account_id: str) -> BackfillSession:
    """Return the account's edit session, a new one if needed. Raises BakktError if the account cannot be read."""
    found = st.session_state.get(_SESSION_KEY)
    if isinstance(found, BackfillSession) and found.held.client_account_id == client_account_id:
        return found
    with st.spinner("Reading the account from Bakkt…"):
        made = BackfillSession(read_held_account(current_desk().actions, client_account_id))
    st.session_state[_SESSION_KEY] = made
    return made


def _store_typed(session: BackfillSession) -> None:
    for step in session.steps:
        for one in step.fields:
            if session.key_of(one.path) in st.session_state:
                answer = with_widget_values([one], Form(), session.key_of).answers.get(one.path, "")
                if answer != session.typed.get(one.path, ""):
                    session.typed[one.path] = answer
                    session.refused.pop(one.path, None)


def _show_form(session: BackfillSession) -> None:
    today = datetime.now(UTC).date()
    filled, steps = read_backfill(session.held.request, session.typed, today), session.steps
    _show_unfillable(session)
    if not steps:
        show_empty("Nothing is missing that you can fill in here.", "Bakkt holds all fields that new accounts require.")
        return
    lacks = plural(sum(len(step.fields) for step in steps), "field")
    show_note(f"{lacks} missing. Fill in what you have; related fields must be sent together.")
    if session.notice:
        show_html(f'<p class="wb-note wb-amber" role="status">{literal(session.notice)}</p>')
    told = _field_notes(session, filled)
    for step in steps:
        for group in step.groups:
            title = f"{step.title}: {group.title[0].lower()}{group.title[1:]}"
            ask_group(replace(group, title=title), session.whole_request, told, session.key_of)
    _offer_review(session, filled)


def _field_notes(session: BackfillSession, filled: ParsedBackfill) -> dict[str, FieldMessage]:
    faults = {path: FieldMessage(words, "wb-red") for path, words in filled.faults.items()}
    return {
        **faults,
        **{path: FieldMessage(f"Bakkt refused this: {words}", "wb-red") for path, words in session.refused.items()},
    }


def _show_unfillable(session: BackfillSession) -> None:
    """Show what cannot be typed here: documents, and fields for which Bakkt holds something else."""
    client_account_id = session.held.client_account_id
    stored = read_uncached("accounts/missing_fields", client_account_id=client_account_id).rows
    if any(row["field"].endswith(IDENTITY_DOCUMENT) for row in stored):
        show_html('<p class="wb-note wb-amber">An owner outside the USA has no identity document.</p>')
        st.page_link(page_named("documents"), label="Upload the document…", query_params={"account": client_account_id})
    rest = unfillable_paths(session.held.request)
    if rest:
        show_note(f"Cannot be filled in here, because Bakkt holds something else there: {', '.join(rest)}.")


def _offer_review(session: BackfillSession, filled: ParsedBackfill) -> None:
    if not st.button(
        f"Review — {plural(len(filled.edits), 'value')} to send", key="wb-backfill-review", type="primary"
    ):
        return
    if filled.faults:
        words = plural(len(filled.faults), "field")
        show_html(f'<p class="wb-note wb-red" role="alert">{words} to correct first: see the red notes above.</p>')
    elif not filled.edits:
        show_html('<p class="wb-note wb-amber" role="alert">Nothing is filled in yet.</p>')
    else:
        session.is_reviewed, session.notice = True, ""
        end_review(KIND, session.held.client_account_id)
        st.rerun()


def _show_review(session: BackfillSession) -> None:
    today = datetime.now(UTC).date()
    filled = read_backfill(session.held.request, session.typed, today)
    if touches_agreements(filled.edits):
        _ask_acknowledgements(session)
    plan = plan_update(session.held, filled.edits, session.acknowledgements, today)
    kept, dropped = plan.review.unchanged_count, len(plan.review.dropped)
    show_heading("Added", f"{kept} unchanged, {dropped} lost")
    added = {change.name: change.new for change in plan.review.changed}
    show_facts({name: _masked(name, value) for name, value in added.items()})
    _show_blockers(plan.blockers)
    if plan.changes_ownership:
        show_html(f'<p class="wb-note wb-amber">{OWNERSHIP_REMINDER}</p>')
    _ask_confirmation(session, plan)
    _show_body(plan)


def _masked(name: str, value: object) -> str:
    last = name.rpartition(".")[2]
    shown = masked_payload({last: value})[last]
    return ", ".join(map(str, shown)) if isinstance(shown, list) else str(shown)


def _ask_acknowledgements(session: BackfillSession) -> None:
    """Ask whether both sides have acknowledged a change to agreements (GUIDE.md, "Updating an account")."""
    show_heading("Changes to agreements")
    show_note("Both sides must acknowledge it before it is sent.")
    session.acknowledgements = Acknowledgements(
        _ask_acknowledgement("We have acknowledged it, on", "us"),
        _ask_acknowledgement("Bakkt has acknowledged it, on", "bakkt"),
    )


def _ask_acknowledgement(words: str, side: str) -> date | None:
    left, right = st.columns([0.25, 0.75], vertical_alignment="center")
    with left:
        is_given = st.checkbox(words, key=f"wb-backfill-ack-{side}")
    with right:
        day = st.date_input(
            words,
            value=None,
            format="YYYY-MM-DD",
            key=f"wb-backfill-day-{side}",
            label_visibility="collapsed",
            width=160,
        )
    return day if is_given and isinstance(day, date) else None


def _show_blockers(blockers: Sequence[Blocker]) -> None:
    for blocker in blockers:
        show_blocker(blocker)


def _ask_confirmation(session: BackfillSession, plan: UpdatePlan) -> None:
    show_note("The whole record is sent. Bakkt acknowledges at once and decides later.")
    with st.container(horizontal=True, gap="xsmall"):
        changes = plural(len(plan.review.changed), "value")
        is_confirmed = st.button(f"Send update — {changes} added", key="wb-backfill-send", type="primary")
        if st.button("Back to the form", key="wb-backfill-back"):
            session.is_reviewed = False
            st.rerun()
    if is_confirmed:
        _confirm(session, plan)


def _confirm(session: BackfillSession, plan: UpdatePlan) -> None:
    client_account_id = session.held.client_account_id
    key = confirm_key(KIND, client_account_id)
    attempt = update_account(current_desk().actions, plan, confirm_key=key)
    record = attempt.receipt.record
    if record is None:
        show_receipt(attempt.receipt)
        return
    end_review(KIND, client_account_id)
    session.is_reviewed = False
    if record.outcome is Outcome.ACCEPTED:
        _end_session()
        current_desk().background.read_back.mark_due([client_account_id])
    elif attempt.bakkt_now is not None:
        session.held, session.notice = attempt.bakkt_now, "Bakkt's data has changed: this is what is missing now."
    else:
        placed = place_refusals(record.refusals, session.whole_request)
        session.refused = dict(placed.by_path)
        session.notice = " ".join(f"Bakkt: {name}: {words}" for name, words in placed.unplaced)
    put_in_address(attempt.receipt)
    st.rerun()


def _end_session() -> None:
    for name in [name for name in st.session_state if str(name).startswith("wb-backfill-")]:
        del st.session_state[name]


def _show_body(plan: UpdatePlan) -> None:
    with st.expander("Dry run: the full request and the rules it is checked against"):
        rules = "".join(
            f'<li class="{"wb-met" if rule.is_met else ""}">{literal(rule.words)}</li>' for rule in plan.rules
        )
        body = masked_payload(dict(plan.outgoing))
        show_html(f'<p class="wb-id">{METHOD} {literal(ADDRESS)}</p><ul class="wb-checks">{rules}</ul>')
        show_facts(dict(flattened(json.loads(json.dumps(body, default=str)))))

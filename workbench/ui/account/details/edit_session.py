"""The edit session: one person's edit of one account, in the session state, and as a draft until it is sent."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Self

import streamlit as st

from workbench.actions.update_account import Acknowledgements, HeldAccount, read_held_account
from workbench.actions.update_drafts import UpdateDraft, delete_update_draft, find_update_draft, save_update_draft
from workbench.domain.account import Form
from workbench.domain.errors import WorkbenchError
from workbench.domain.updates.carrying import placed_refusals, rebased_form
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import FormContent, content_of
from workbench.ui.forms.fields import with_widget_values
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import ago_cell

LETTER = "wb-update-letter-of-ownership"
FRESH_FOR = timedelta(minutes=1)
"""An untouched edit session older than this is read again when its form is opened, so that it shows Bakkt's latest."""

_SERIALS = itertools.count(1)


@dataclass(slots=True)
class EditSession:
    """The account as it was read, and the edits typed over it. A new ``serial`` resets the widgets of all fields.

    ``shows_errors``: a review was asked for, so required fields that are still empty are errors now. ``kind`` names
    its reviews, ``prefix`` begins the keys of its widgets; there is one session of a kind at a time.
    """

    kind: ClassVar[str] = "update_account"
    prefix: ClassVar[str] = "wb-update"

    held: HeldAccount = field(repr=False)
    form: UpdateForm = field(repr=False)
    serial: int = field(default_factory=lambda: next(_SERIALS))
    section_key: str | None = None
    section_changes: int = 0
    is_reviewed: bool = False
    shows_errors: bool = False
    acknowledgements: Acknowledgements = field(default_factory=Acknowledgements)
    refused: Mapping[str, str] = field(default_factory=dict, repr=False)
    refused_elsewhere: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    bakkt_now: HeldAccount | None = field(default=None, repr=False)
    notice: str = ""
    draft: UpdateDraft = field(default_factory=UpdateDraft, repr=False)
    kept: UpdateForm | None = field(default=None, repr=False)
    _content: FormContent | None = field(default=None, init=False, repr=False)

    @classmethod
    def for_account(cls, client_account_id: str) -> Self:
        """The account's edit session, or a new one on a fresh reading. Raises BakktError."""
        with st.container():  # a place for the spinner in every run: a field drawn where one was loses what is typed
            return cls._kept_or_new(client_account_id)

    @classmethod
    def _kept_or_new(cls, client_account_id: str) -> Self:
        kept = cls.current(client_account_id)
        if kept is None:
            return cls.start(client_account_id)
        kept.read_widgets()
        is_old = datetime.now(UTC) - kept.held.read_at > FRESH_FOR
        may_start_anew = kept.form.is_untouched and not kept.was_just_shown()
        return cls.start(client_account_id) if is_old and may_start_anew else kept

    @classmethod
    def current(cls, client_account_id: str) -> Self | None:
        """The current edit session if it is for this account."""
        found = st.session_state.get(cls.state_key())
        return found if isinstance(found, cls) and found.held.client_account_id == client_account_id else None

    @classmethod
    def start(cls, client_account_id: str) -> Self:
        with st.spinner("Reading the account from Bakkt…"):
            held = read_held_account(current_desk().actions, client_account_id)
        draft = find_update_draft(current_desk().actions, cls.kind, client_account_id)
        form, lost = draft.on(held.request)
        notice = _restored_words(draft, lost) if draft.revision else ""
        made = st.session_state[cls.state_key()] = cls(held, form, draft=draft, kept=form, notice=notice)
        return made

    @classmethod
    def end(cls) -> None:
        """Remove everything about the customer from the session state, and the draft."""
        ended = st.session_state.get(cls.state_key())
        if isinstance(ended, cls) and ended.draft.revision:
            delete_update_draft(current_desk().actions, cls.kind, ended.held.client_account_id)
        for key in [key for key in st.session_state if str(key).startswith(f"{cls.prefix}-")]:
            del st.session_state[key]

    @classmethod
    def state_key(cls) -> str:
        return f"{cls.prefix}-edit-session"

    @property
    def content(self) -> FormContent:
        """What the form asks, computed once for each state of it: in a rerun at most once."""
        if self._content is None or self._content.form is not self.form:
            self._content = self.read_content()
        return self._content

    def read_content(self) -> FormContent:
        return content_of(self.form)

    def key_of(self, path: str) -> str:
        return f"{self.prefix}-{self.serial}-{path}"

    def read_widgets(self) -> None:
        """Copy the widget values of the last run into the form."""
        for one in self.content.fields:
            path = one.form_field.path
            if self.key_of(path) in st.session_state:
                answer = with_widget_values([one.form_field], Form(), self.key_of).answers.get(path, "")
                typed = answer if isinstance(answer, str) else tuple(answer)
                if typed != one.typed:
                    self._type(path, typed)

    def was_just_shown(self) -> bool:
        """Whether the last run drew its fields: somebody may be typing there what has not been sent yet."""
        return any(self.key_of(one.form_field.path) in st.session_state for one in self.content.fields)

    def _type(self, path: str, typed: str | tuple[str, ...]) -> None:
        self.form = self.form.with_typed(path, typed)
        self.refused = {name: words for name, words in self.refused.items() if name != path}

    def keep_draft(self) -> None:
        """Save what was typed since the last save, so that leaving the page loses nothing."""
        if self.form == self.kept or (self.form.is_untouched and not self.draft.revision):
            return
        actions, account = current_desk().actions, self.held.client_account_id
        try:
            self.draft = save_update_draft(actions, self.kind, account, self.form, self.draft.revision)
        except WorkbenchError as error:
            self.notice = f"What you type is not being saved as a draft: {error.message}"
        self.kept = self.form

    def show_section(self, section_key: str) -> None:
        """Switch to another section, by resetting the widget that chooses it."""
        self.section_key, self.section_changes = section_key, self.section_changes + 1

    def restart(self, form: UpdateForm) -> None:
        self.form, self.serial, self.is_reviewed = form, next(_SERIALS), False

    def rebase_on(self, now: HeldAccount) -> None:
        """Rebase the edits on Bakkt's newer copy; an edit is lost if its place is gone there."""
        form, lost = rebased_form(self.form, now.request)
        self.held, self.bakkt_now = now, None
        self.notice = f"{lost} of your changes could not be kept: that owner was removed." if lost else ""
        self.restart(form)

    def land_answer(self, refusals: tuple[tuple[str, str], ...], bakkt_now: HeldAccount | None) -> None:
        """Keep why an update was not accepted: Bakkt refused fields, or has another copy of the account now."""
        self.bakkt_now = bakkt_now
        self.land_refusals(refusals)

    def land_refusals(self, refusals: tuple[tuple[str, str], ...]) -> None:
        placed = placed_refusals(self.content, refusals)
        self.refused, self.refused_elsewhere = placed.by_path, placed.unplaced


def _restored_words(draft: UpdateDraft, lost: int) -> str:
    saved = ago_cell(draft.saved_at)
    when = f" (saved {saved.text})" if saved else ""
    dropped = f" {lost} of your changes could not be kept: that owner was removed." if lost else ""
    return f"Your draft was restored{when}.{dropped}"


class RebasingSession(EditSession):
    """Goes back to the form on Bakkt's newer copy at once, without showing three versions.

    ``changed_words`` says so there.
    """

    changed_words: ClassVar[str]

    def land_answer(self, refusals: tuple[tuple[str, str], ...], bakkt_now: HeldAccount | None) -> None:
        self.is_reviewed = False
        if bakkt_now is None:
            self.land_refusals(refusals)
            return
        self.rebase_on(bakkt_now)
        self.notice = f"{self.changed_words} {self.notice}".strip()

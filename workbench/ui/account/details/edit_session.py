"""The edit session: one person's edit of one account, kept in the session state and nowhere else."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import streamlit as st

from workbench.actions.update_account import Acknowledgements, HeldAccount, read_held_account
from workbench.domain.account import Form
from workbench.domain.updates.carrying import placed_refusals, rebased_form
from workbench.domain.updates.form import UpdateForm
from workbench.domain.updates.sections import sections_of
from workbench.ui.forms.fields import with_widget_values
from workbench.ui.live.current_desk import current_desk

EDIT_SESSION = "wb-update-edit-session"
LETTER = "wb-update-letter-of-ownership"
FRESH_FOR = timedelta(minutes=1)
"""An untouched edit session older than this is read again, so that reopening the page shows Bakkt's latest."""

_SERIALS = itertools.count(1)


@dataclass(slots=True)
class EditSession:
    """The account as it was read, and the edits typed over it. A new ``serial`` resets the widgets of all fields.

    ``shows_errors``: a review was asked for, so required fields that are still empty are errors now.
    """

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

    def key_of(self, path: str) -> str:
        return f"wb-update-{self.serial}-{path}"

    def read_widgets(self) -> None:
        """Copy the widget values of the last run into the form."""
        for section in sections_of(self.form):
            for one in section.fields:
                path = one.form_field.path
                if self.key_of(path) in st.session_state:
                    answer = with_widget_values([one.form_field], Form(), self.key_of).answers.get(path, "")
                    typed = answer if isinstance(answer, str) else tuple(answer)
                    if typed != one.typed:
                        self._type(path, typed)

    def _type(self, path: str, typed: str | tuple[str, ...]) -> None:
        self.form = self.form.with_typed(path, typed)
        self.refused = {name: words for name, words in self.refused.items() if name != path}

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

    def land_refusals(self, refusals: tuple[tuple[str, str], ...]) -> None:
        placed = placed_refusals(self.form, refusals)
        self.refused, self.refused_elsewhere = placed.by_path, placed.unplaced


def edit_session_for(client_account_id: str) -> EditSession:
    """The account's edit session, or a new one on a fresh reading. Raises BakktError."""
    kept = current_edit_session(client_account_id)
    if kept is None:
        return start_edit_session(client_account_id)
    kept.read_widgets()
    is_old = datetime.now(UTC) - kept.held.read_at > FRESH_FOR
    return start_edit_session(client_account_id) if is_old and kept.form.is_untouched else kept


def current_edit_session(client_account_id: str) -> EditSession | None:
    """The current edit session if it is for this account; there is only one at a time."""
    found = st.session_state.get(EDIT_SESSION)
    is_of_this = isinstance(found, EditSession) and found.held.client_account_id == client_account_id
    return found if is_of_this else None


def start_edit_session(client_account_id: str) -> EditSession:
    with st.spinner("Reading the account from Bakkt…"):
        held = read_held_account(current_desk().actions, client_account_id)
    made = st.session_state[EDIT_SESSION] = EditSession(held, UpdateForm(held.request))
    return made


def end_edit_session() -> None:
    """Remove everything about the customer from the session state."""
    st.session_state.pop(EDIT_SESSION, None)
    for key in [key for key in st.session_state if str(key).startswith("wb-update-")]:
        del st.session_state[key]

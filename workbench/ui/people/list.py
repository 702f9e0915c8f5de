"""Who has signed in: their sessions end here, and anyone removed cannot sign in until they are let back in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import htpy as h
from htpy import Element

from workbench.access.acting import Acting
from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.words import count, plural
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.live_markup import show_live
from workbench.ui.html.markup import show_empty, show_heading, show_note
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.people.tokens import tokens_made_by
from workbench.ui.text.moments import ago_cell

Row = Mapping[str, Any]
END, REMOVE, LET_IN = "end", "remove", "let-in"
_NOTICE = "known people"
_HEADS = ("Name", "Role", "Last seen", "First seen", "Sessions", "")


def known_people() -> list[dict[str, Any]]:
    """Return who signed in so far; raises NotAllowedError for whoever may not manage people."""
    desk = current_desk()
    desk.acting.require(Act.MANAGE_PEOPLE)
    return read_uncached("people/known", hours=desk.settings.sign_in_idle_minutes / 60).rows


def answer_of(people: Sequence[Row]) -> tuple[str, str]:
    """Return how many are known, and how many of them are here."""
    if current_desk().sign_ins is None:
        return "Sign-in is off: nobody signs in here", "docs/security.md says how to turn it on."
    here = sum(1 for row in people if row["sessions"])
    return f"{plural(len(people), 'person', 'people')} signed in so far", f"{count(here)} signed in now."


def show_people(people: Sequence[Row]) -> None:
    """Show a row for each person, with what can be done at its end."""
    show_heading("People")
    show_notice(_NOTICE)
    if not people:
        show_empty("Nobody has signed in yet.", "Whoever signs in with a role is listed here.")
        return
    table = h.table(".wb-people")[
        h.thead[h.tr[[h.th(scope="col")[name] for name in _HEADS]]], h.tbody[[_row(row) for row in people]]
    ]
    show_live(h.div(".wb-scroll", tabindex="0")[table], key="wb-people", on_pick=lambda code: act_on(code, people))
    show_note(
        "The sign-in provider gives the roles, at each sign-in. Anyone removed here cannot sign in until you let them "
        "back in."
    )


def _row(row: Row) -> Element:
    is_removed = row["removed_at"] is not None
    return h.tr(class_={"wb-quiet": is_removed})[
        h.th(scope="row", title=row["person_name"])[row["person_name"]],
        h.td[f"removed by {row['removed_by']}" if is_removed else row["role"]],
        _when(row["last_seen_at"]),
        _when(row["first_seen_at"]),
        h.td[count(row["sessions"]) if row["sessions"] else "–"],
        h.td[_buttons(row, is_removed=is_removed)],
    ]


def _when(at: Any) -> Element:
    cell = ago_cell(at)
    return h.td(title=cell.note if cell else None)[cell.text if cell else "–"]


def _buttons(row: Row, *, is_removed: bool) -> list[Element]:
    if current_desk().sign_ins is None:
        return []
    if is_removed:
        return [_button(LET_IN, row, "Let in again")]
    is_self = row["subject"] == current_desk().acting.person.subject
    end = [_button(END, row, "End sessions")] if row["sessions"] else []
    return end if is_self else [*end, _button(REMOVE, row, "Remove")]


def _button(act: str, row: Row, words: str) -> Element:
    name = f"{words}: {row['person_name']}"
    return h.button(".wb-button", type="button", data_pick=f"{act} {row['subject']}", aria_label=name)[words]


def act_on(code: str, people: Sequence[Row]) -> None:
    """Do what was clicked, to somebody on the list: what a browser says is not trusted."""
    act, _, subject = code.partition(" ")
    found = next((row for row in people if row["subject"] == subject), None)
    desk = current_desk()
    if found is None or desk.sign_ins is None:
        return
    name, sign_ins = found["person_name"], desk.sign_ins
    ways: Mapping[str, tuple[Callable[[Acting, str], None], str]] = {
        END: (sign_ins.end_sessions, f"{name} is signed out everywhere."),
        REMOVE: (sign_ins.remove, f"{name} is signed out and cannot sign in."),
        LET_IN: (sign_ins.let_in_again, f"{name} can sign in again."),
    }
    if act not in ways:
        return
    do, words = ways[act]
    try:
        do(desk.acting, subject)
        keep_message(_NOTICE, words + (_words_on_tokens(name) if act == REMOVE else ""))
    except WorkbenchError as error:
        keep_error(_NOTICE, error)


def _words_on_tokens(name: str) -> str:
    """A program goes on when whoever made its token is removed, which an admin should know."""
    made = tokens_made_by(name)
    return f" Still in force are the tokens that they made: {', '.join(made)}." if made else ""

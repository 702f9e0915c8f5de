"""The Find box in the bar on every page: who is this customer?

The term may be a name or a number, so it travels over the page's connection alone, never in an address or a log.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.errors import WorkbenchError
from workbench.domain.text import LONGEST_TERM
from workbench.ui.find.hits import hits_markup, recent_markup
from workbench.ui.find.search import SEARCH_BOX, SHORTEST_TERM, search_results, trimmed
from workbench.ui.frame.navigation import go_to_account, go_to_page
from workbench.ui.html.markup import as_html
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

SCRIPT = Path(__file__).with_name("find_box.js").read_text(encoding="utf-8")
MOST_HITS = 8
_KEY = "wb-find"
_LEFT_AT = "wb-find-left-at"
"""The number of the question that was left by opening a hit: what came up to it is not answered again."""
_MARKUP = as_html(
    h.div(".wb-find", role="search")[
        h.input(
            type="text",
            role="combobox",
            aria_label="Find a customer",
            aria_autocomplete="list",
            aria_expanded="false",
            aria_controls="wb-hits",
            aria_keyshortcuts="Control+K",
            autocomplete="off",
            autocapitalize="none",
            spellcheck="false",
            maxlength=str(LONGEST_TERM),
        ),
        h.kbd(aria_hidden="true")["Ctrl K"],
        h.div(".wb-hits", id="wb-hits", hidden=True),
    ]
)

_mount = st.components.v2.component("wb-find", html=_MARKUP, js=SCRIPT, isolate_styles=False)


@st.fragment
def show_find_box(*, focused_on: str = "") -> None:
    """Show the box; a new value of ``focused_on`` puts the cursor into it."""
    asked = _question(st.session_state.get(_KEY, {}).get("asked"))
    found = _mount(
        key=_KEY,
        data={
            "hits": _answer(asked),
            "turn": asked["turn"] if asked else 0,
            "account": st.query_params.get("account", ""),
            "focus": focused_on,
            **_for_person(),
        },
        on_asked_change=_nothing,
        on_opened_change=_leave,
        on_listed_change=_leave,
        on_theme_change=_nothing,
    )
    if found.opened:
        go_to_account(str(found.opened["account"]))
    if found.listed:
        st.session_state[SEARCH_BOX] = trimmed(str(found.listed["term"]))
        go_to_page("customers")
    if found.theme:
        st.rerun()


def _nothing() -> None:
    """The fragment runs again and answers, or lets the page draw its figures in another theme."""


def _leave() -> None:
    left = st.session_state[_KEY].opened or st.session_state[_KEY].listed
    if left:
        st.session_state[_LEFT_AT] = left["turn"]


def _question(asked: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What the box asks and has no answer to yet; None while it is closed."""
    if not asked or asked["turn"] <= st.session_state.get(_LEFT_AT, 0):
        return None
    return asked


def _answer(asked: Mapping[str, Any] | None) -> str:
    if asked is None:
        return ""
    term = trimmed(str(asked["term"]))
    try:
        if not term:
            return as_html(recent_markup(_named(recent_accounts(asked["recent"], _whose()))))
        found = search_results(term, most=MOST_HITS)
    except WorkbenchError as failure:
        return as_html(h.p(".wb-note", role="alert")[f"{failure.title}. {failure.next_step}"])
    return as_html(hits_markup(found.rows if found else None, shortest=SHORTEST_TERM))


def recent_accounts(kept: object, whose: str) -> list[str]:
    """Return the ids that this browser keeps of accounts opened last, if it was this person who opened them."""
    if not isinstance(kept, Mapping) or kept.get("whose") != whose or not isinstance(kept.get("accounts"), list):
        return []
    return [str(one) for one in kept["accounts"]][:MOST_HITS]


def _for_person() -> dict[str, str]:
    """What the search looks at, and whose accounts were opened last; a page without an open desk says why."""
    try:
        sees_contact, whose = may(Act.SEE_CONTACT), _whose()
    except WorkbenchError:
        sees_contact, whose = True, ""
    return {"placeholder": "Name, phone, e-mail, id" if sees_contact else "Name, id", "whose": whose}


def _whose() -> str:
    """Tells people at one browser apart, and says nothing of them."""
    return sha256(current_desk().acting.person.subject.encode()).hexdigest()[:16]


def _named(account_ids: Sequence[str]) -> list[dict[str, Any]]:
    return read_uncached("accounts/named", client_account_ids=json.dumps(account_ids)).rows

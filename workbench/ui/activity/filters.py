"""The filters and the sort of the page Activity. The address keeps them, as codes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from workbench.domain.text import bare_id
from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.activity.codes import SORT_WORDS, LogCodes
from workbench.ui.forms.address_codes import ask_for_code, pass_on_choice
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.text.words import KIND_WORDS, OUTCOME_WORDS

_TITLES = {"kind": "Action", "outcome": "Outcome", "actor": "By", "sort": "Sort"}
_ANYTHING = {"kind": "Any action", "outcome": "Any outcome", "actor": "By anyone"}
_WIDTHS = {"kind": 160, "outcome": 216, "actor": 130, "sort": 160}


def ask_for_filters(codes: LogCodes, actors: Sequence[str]) -> None:
    """Show the filters and the sort; a choice is in the address before the page runs again."""
    _ask(codes, "kind", list(ActionKind), lambda code: KIND_WORDS[ActionKind(code)])
    _ask(codes, "outcome", list(Outcome), lambda code: OUTCOME_WORDS[Outcome(code)])
    _ask(codes, "actor", actors, str)
    _ask_for_account(codes)
    _ask_for_day(codes)
    _ask(codes, "sort", list(SORT_WORDS), SORT_WORDS.__getitem__)


def _ask(codes: LogCodes, name: str, options: Sequence[str], say: Callable[[str], str]) -> None:
    ask_for_code(
        label(_TITLES[name]),
        options,
        getattr(codes, name),
        key=f"wb-activity-{name}",
        say=say,
        on_choose=lambda chosen: _go_to(codes, **{name: chosen}),
        width=_WIDTHS[name],
        anything=_ANYTHING.get(name),
    )


def _ask_for_account(codes: LogCodes) -> None:
    key, before = "wb-activity-account", codes.account_id or ""
    st.session_state[key] = before
    st.text_input(
        "Account id",
        key=key,
        placeholder="Account id",
        label_visibility="collapsed",
        max_chars=300,
        autocomplete="off",
        on_change=pass_on_choice,
        args=(key, before, lambda typed: _go_to(codes, account_id=bare_id(typed) or None)),
        width=150,
    )


def _ask_for_day(codes: LogCodes) -> None:
    key = "wb-activity-since"
    st.session_state[key] = codes.day
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        show_note("since")
        st.date_input(
            "Since",
            key=key,
            format="YYYY-MM-DD",
            label_visibility="collapsed",
            on_change=pass_on_choice,
            args=(key, codes.day, lambda day: _go_to(codes, since=_code_of(day))),
            width=128,
        )


def _code_of(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _go_to(codes: LogCodes, **changed: Any) -> None:
    st.query_params.from_dict(replace(codes, **changed, page=1).address)

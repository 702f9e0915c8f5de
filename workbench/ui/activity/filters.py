"""The filters and the sort of the page Activity. The address keeps them, as codes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.activity.codes import SORT_WORDS, LogCodes
from workbench.ui.forms.address_codes import ask_for_account, ask_for_code, ask_for_day
from workbench.ui.html.labels import label
from workbench.ui.text.words import KIND_WORDS, OUTCOME_WORDS

_TITLES = {"kind": "Action", "outcome": "Outcome", "actor": "By", "sort": "Sort"}
_ANYTHING = {"kind": "Any action", "outcome": "Any outcome", "actor": "By anyone"}
_WIDTHS = {"kind": 160, "outcome": 216, "actor": 130, "sort": 160}


def ask_for_filters(codes: LogCodes, actors: Sequence[str]) -> None:
    """Show the filters and the sort; a choice is in the address before the page runs again."""
    _ask(codes, "kind", list(ActionKind), lambda code: KIND_WORDS[ActionKind(code)])
    _ask(codes, "outcome", list(Outcome), lambda code: OUTCOME_WORDS[Outcome(code)])
    _ask(codes, "actor", actors, str)
    ask_for_account(codes.account_id, key="wb-activity-account", on_choose=lambda one: _go_to(codes, account_id=one))
    ask_for_day(
        label("Since"), "since", codes.day, key="wb-activity-since", on_choose=lambda day: _go_to(codes, since=day)
    )
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


def _go_to(codes: LogCodes, **changed: Any) -> None:
    st.query_params.from_dict(replace(codes, **changed, page=1).address)

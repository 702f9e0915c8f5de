"""The filters and the sort of the page Activity. The address keeps them, as codes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from workbench.domain.vocabulary import ActionKind, Outcome
from workbench.ui.activity.codes import SORT_WORDS, LogCodes, read_codes
from workbench.ui.forms.address_codes import ask_for_account, ask_for_code, ask_for_day
from workbench.ui.frame.notices import error_kept
from workbench.ui.html.labels import label
from workbench.ui.text.words import KIND_WORDS, OUTCOME_WORDS

_TITLES = {"kind": "Action", "outcome": "Outcome", "actor": "By", "sort": "Sort"}
_ANYTHING = {"kind": "Any action", "outcome": "Any outcome", "actor": "By anyone"}
_WIDTHS = {"kind": 160, "outcome": 216, "actor": 130, "sort": 160}


def ask_for_filters(codes: LogCodes, actors: Sequence[str]) -> None:
    """Show the filters and the sort; a choice is in the address before the page runs again."""
    go_to = partial(_go_to, actors)
    _ask(codes, "kind", list(ActionKind), lambda code: KIND_WORDS[ActionKind(code)], go_to)
    _ask(codes, "outcome", list(Outcome), lambda code: OUTCOME_WORDS[Outcome(code)], go_to)
    _ask(codes, "actor", actors, str, go_to)
    ask_for_account(codes.account_id, key="wb-activity-account", on_choose=lambda one: go_to(account_id=one))
    ask_for_day(label("Since"), "since", codes.day, key="wb-activity-since", on_choose=lambda day: go_to(since=day))
    _ask(codes, "sort", list(SORT_WORDS), SORT_WORDS.__getitem__, go_to)


def _ask(
    codes: LogCodes, name: str, options: Sequence[str], say: Callable[[str], str], go_to: Callable[..., None]
) -> None:
    ask_for_code(
        label(_TITLES[name]),
        options,
        getattr(codes, name),
        key=f"wb-activity-{name}",
        say=say,
        on_choose=lambda chosen: go_to(**{name: chosen}),
        width=_WIDTHS[name],
        anything=_ANYTHING.get(name),
    )


@error_kept
def _go_to(actors: Sequence[str], **changed: Any) -> None:
    """Change these codes of the address; the others stay as it has them now."""
    codes, _ = read_codes(actors)
    st.query_params.from_dict(replace(codes, **changed, page=1).address)

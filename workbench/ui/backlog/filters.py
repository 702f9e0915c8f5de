"""The filters and the sort of a list on the page Backlog. The address keeps them, as codes."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import streamlit as st

from workbench.domain.account.choices import AccountType
from workbench.domain.account.places import country_name
from workbench.domain.vocabulary import Standing, Turn
from workbench.ui.backlog.codes import DAYS, ListCodes
from workbench.ui.backlog.views import SORT_WORDS
from workbench.ui.live.cached_queries import read_slow_moving
from workbench.ui.text.words import STANDING_WORDS, TURN_WORDS, code_word

_TITLES = {
    "turn": "Turn",
    "state": "State",
    "account_type": "Account type",
    "country": "Country",
    "within": "Expiring within",
    "sort": "Sort",
}
_ANYTHING = {"turn": "Any turn", "state": "Any state", "account_type": "Any type", "country": "Any country"}
_WIDTHS = {"turn": 122, "state": 142, "account_type": 142, "country": 142, "within": 110, "sort": 196}
_MAY_BE_FINAL = {"documents", "identity", "missing", "restricted"}


def ask_for_filters(codes: ListCodes) -> None:
    """Show the view's filters and its sort; a choice is in the address before the page runs again."""
    view = codes.shown_view
    if "turn" not in view.constant:
        _ask(codes, "turn", list(Turn), lambda code: TURN_WORDS[Turn(code)])
    if "standing" not in view.constant:
        _ask(codes, "state", _standings(codes), lambda code: STANDING_WORDS[Standing(code)])
    _ask(codes, "account_type", list(AccountType), code_word)
    _ask(codes, "country", _countries(codes), country_name)
    if view.code == "documents":
        _ask(codes, "within", list(DAYS), DAYS.__getitem__)
    _ask(codes, "sort", view.sorts, SORT_WORDS.__getitem__)


def _ask(codes: ListCodes, name: str, options: Sequence[str], say: Callable[[str], str]) -> None:
    """Ask for one code; one that is no filter is always chosen."""
    key = f"wb-backlog-{name}"
    st.session_state[key] = getattr(codes, name)
    st.selectbox(
        _TITLES[name],
        options,
        index=None if name in _ANYTHING else 0,
        format_func=say,
        placeholder=_ANYTHING.get(name),
        key=key,
        label_visibility="collapsed",
        on_change=_choose,
        args=(codes, name, key),
        width=_WIDTHS[name],
    )


def _choose(codes: ListCodes, name: str, key: str) -> None:
    """Put the choice in the address. Streamlit also calls this for a box that it first hears of, which chose nothing.

    By then another page may be open, whose address must stay.
    """
    chosen = st.session_state[key]
    if chosen != getattr(codes, name):
        st.query_params.from_dict(replace(codes, **{name: chosen, "page": 1}).address)


def _standings(codes: ListCodes) -> list[Standing]:
    may_be_final = codes.view in _MAY_BE_FINAL
    return [standing for standing in STANDING_WORDS if may_be_final or not standing.is_final]


def _countries(codes: ListCodes) -> list[str]:
    found = [row["country"] for row in read_slow_moving("backlog/countries").rows]
    return found if codes.country is None or codes.country in found else [*found, codes.country]

"""The filters and the sort of a list on the page Backlog. The address keeps them, as codes."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from workbench.domain.account.choices import AccountType
from workbench.domain.account.places import country_name
from workbench.domain.vocabulary import Standing, Turn
from workbench.domain.words import STANDING_WORDS, TURN_WORDS, code_word
from workbench.ui.backlog.codes import DAYS, ListCodes, read_codes
from workbench.ui.backlog.views import SORT_WORDS
from workbench.ui.forms.address_codes import ask_for_code
from workbench.ui.frame.notices import error_kept
from workbench.ui.html.labels import label
from workbench.ui.live.cached_queries import read_slow_moving
from workbench.ui.segments.choosing import ask_for_segment

_TITLES = {
    "turn": "Turn",
    "state": "State",
    "account_type": "Account type",
    "country": "Country",
    "within": "Expiring within",
    "sort": "Sort",
}
_ANYTHING = {"turn": "Any turn", "state": "Any state", "account_type": "Any type", "country": "Any country"}
_WIDTHS = {"turn": 112, "state": 126, "account_type": 130, "country": 124, "within": 98, "sort": 206}
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
    ask_for_segment(
        codes.segment, key="wb-backlog-segment", on_choose=lambda chosen: _go_to(codes.view, segment=chosen)
    )
    _ask(codes, "sort", view.sorts, SORT_WORDS.__getitem__)


def _ask(codes: ListCodes, name: str, options: Sequence[str], say: Callable[[str], str]) -> None:
    """Ask for one code; one that is no filter is always chosen."""
    ask_for_code(
        label(_TITLES[name]),
        options,
        getattr(codes, name),
        key=f"wb-backlog-{name}",
        say=say,
        on_choose=lambda chosen: _go_to(codes.view, **{name: chosen}),
        width=_WIDTHS[name],
        anything=_ANYTHING.get(name),
    )


@error_kept
def _go_to(view: str, **changed: Any) -> None:
    """Change these codes of the address; the others stay as it has them now. It may not name the view that is shown."""
    codes, _ = read_codes(view)
    st.query_params.from_dict(replace(codes, **changed, page=1).address)


def _standings(codes: ListCodes) -> list[Standing]:
    may_be_final = codes.view in _MAY_BE_FINAL
    return [standing for standing in STANDING_WORDS if may_be_final or not standing.is_final]


def _countries(codes: ListCodes) -> list[str]:
    found = [row["country"] for row in read_slow_moving("backlog/countries").rows]
    return found if codes.country is None or codes.country in found else [*found, codes.country]

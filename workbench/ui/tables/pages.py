"""The page of a list: a code in the address, from the first to the last that the list has."""

from collections.abc import Callable
from math import ceil

import streamlit as st

from workbench.domain.words import count, plural
from workbench.ui.forms.address_codes import ANY_PAGE, pass_on_choice, show_unknown
from workbench.ui.html.markup import show_note

ROWS_A_PAGE = 100
SORTS_A_PART = "column headers sort these rows only"
"""What the foot of a list says that has more rows than it shows."""
_PAGES_WIDE = 300
"""A width of its own, as the numbers of pages are fitted to the width of those before."""


def pages_of(total: int) -> int:
    return max(1, ceil(total / ROWS_A_PAGE))


def offset_of(page: int) -> int:
    return (page - 1) * ROWS_A_PAGE


def page_in_address(total: int) -> int:
    """The page that the address asks for; of a list of so many rows, the last one instead of one behind it."""
    code = st.query_params.get("page", "1")
    if code not in ANY_PAGE:
        show_unknown({"page": code})
        return 1
    return last_instead(int(code), total)


def last_instead(asked: int, total: int) -> int:
    """The page, or the last one with a word about it if the list has become shorter."""
    shown = min(asked, pages_of(total))
    with st.container():  # in every run: the filters below a word that comes would be made anew
        if shown != asked:
            words = f"The list no longer has a page {count(asked)}; this is its last."
            show_note(words, tone="wb-amber", role="status")
    return shown


def go_to_page_of_list(page: int) -> None:
    if page > 1:
        st.query_params["page"] = str(page)
    else:
        go_to_first_page()


def go_to_first_page() -> None:
    st.query_params.pop("page", None)


def rows_in_words(page: int, shown: int, total: int, noun: str) -> str:
    """Which rows the page shows, and of how many."""
    if pages_of(total) == 1:
        return plural(total, noun)
    first = offset_of(page) + 1
    return f"{count(first)}–{count(first + shown - 1)} of {plural(total, noun)} · {SORTS_A_PART}"


def ask_for_page(name: str, page: int, total: int, go_to_page: Callable[[int], None]) -> None:
    """Offer the pages of the list of this name, if it has more than one."""
    key = f"wb-page-{name}"
    if pages_of(total) == 1:
        return
    st.session_state[key] = page
    st.pagination(pages_of(total), key=key, width=_PAGES_WIDE, on_change=pass_on_choice, args=(key, page, go_to_page))

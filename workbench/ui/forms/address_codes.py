"""Codes in an address: boxes that put them there, and those that a page does not know, which it says.

A page reads its codes from ``st.query_params``, shows each in a box by ``ask_for_code``, and answers those that it does
not know by ``show_unknown``; ``codes.py`` and ``filters.py`` of ``ui/backlog`` are an example. A code is one of the
domain's or of the catalogue's, never the words that a box shows. Where widgets bind themselves to the address, which
drops what they do not know, ``show_unknown_codes`` comes before them.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from workbench.domain.moments import written_day
from workbench.domain.text import bare_id, one_line
from workbench.ui.frame.notices import forget_notice, keep_message, show_notice
from workbench.ui.html.labels import Label, label
from workbench.ui.html.markup import show_note

_LONGEST_SHOWN = 60
_LONGEST_VALUE = 200
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


class _AnyDay(Container[str]):
    """Every day of some centuries, written YYYY-MM-DD: periods, and zones, lead beyond the calendar's ends."""

    def __contains__(self, text: object) -> bool:
        day = written_day(text) if isinstance(text, str) else None
        return day is not None and _FIRST_YEAR <= day.year <= _LAST_YEAR


class _AnyPage(Container[str]):
    """Every page number; whether the list is that long is seen when it is read."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and code.isascii() and code.isdecimal() and 0 < len(code) < 7 and int(code) > 0


class _AnyValue(Container[str]):
    """Every value that is not too long: those of accounts, and reason codes, are Bakkt's."""

    def __contains__(self, code: object) -> bool:
        return isinstance(code, str) and 0 < len(code) <= _LONGEST_VALUE


ANY_DAY = _AnyDay()
ANY_PAGE = _AnyPage()
ANY_VALUE = _AnyValue()
YES_OR_NO = frozenset({"true", "false"})


def ask_for_code(
    title: Label,
    options: Sequence[str],
    chosen: str | None,
    *,
    key: str,
    say: Callable[[str], str],
    on_choose: Callable[[str | None], None],
    width: int,
    anything: str | None = None,
) -> None:
    """Show a select box for one code; with ``anything``, the words for no filter, there need not be one.

    ``on_choose`` puts another choice in the address, before the page runs again.
    """
    st.session_state[key] = chosen
    st.selectbox(
        title,
        options,
        index=None if anything else 0,
        format_func=say,
        placeholder=anything,
        key=key,
        label_visibility="collapsed",
        on_change=pass_on_choice,
        args=(key, chosen, on_choose),
        width=width,
    )


def ask_for_account(chosen: str | None, *, key: str, on_choose: Callable[[str | None], None]) -> None:
    """Show a box for an account id; ``on_choose`` puts another one in the address."""
    before = chosen or ""
    st.session_state[key] = before
    st.text_input(
        "Account id",
        key=key,
        placeholder="Account id",
        label_visibility="collapsed",
        max_chars=300,
        autocomplete="off",
        on_change=pass_on_choice,
        args=(key, before, lambda typed: on_choose(bare_id(typed) or None)),
        width=150,
    )


def ask_for_day(
    title: Label, note: str, chosen: date | None, *, key: str, on_choose: Callable[[str | None], None]
) -> None:
    """Show a box for a day, with a word before it; ``on_choose`` puts the code of another one in the address."""
    st.session_state[key] = chosen
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
        show_note(note)
        st.date_input(
            title,
            key=key,
            format="YYYY-MM-DD",
            label_visibility="collapsed",
            on_change=pass_on_choice,
            args=(key, chosen, lambda day: on_choose(None if day is None else day.isoformat())),
            width=128,
        )


def ask_with_buttons(
    title: Label, words: Mapping[str, str], chosen: str, *, key: str, on_choose: Callable[[str], None]
) -> None:
    """Ask for one of a few codes, each a button with its words; ``on_choose`` writes the address."""
    st.session_state[key] = chosen
    st.segmented_control(
        title,
        list(words),
        format_func=lambda code: label("{}", words[code]),
        required=True,
        key=key,
        label_visibility="collapsed",
        on_change=pass_on_choice,
        args=(key, chosen, on_choose),
    )


def pass_on_choice(key: str, before: object, on_choose: Callable[[Any], None]) -> None:
    """Pass on what was chosen. Streamlit also calls this for a box that it first hears of, in which nothing was.

    By then another page may be open, whose address must stay. And each message in which a fragment asks to run again,
    as the watch for new data does every second, tells what all boxes show: if it was sent before the browser heard of
    another value that a run gave a box, it brings the one before. A choice comes in a message of its own, which runs
    the page.
    """
    chosen = st.session_state[key]
    if chosen == before:
        return
    if _is_for_fragment():
        st.session_state[key] = before
    else:
        on_choose(chosen)


def _is_for_fragment() -> bool:
    context = get_script_run_ctx()
    return context is not None and bool(context.fragment_ids_this_run)


def show_unknown(codes: Mapping[str, str]) -> None:
    """Answer codes of the address that the page does not know; ``codes`` has each by what it is called.

    Call it in every run, also without any, if a form stands below: a code may become unknown while somebody types.
    """
    with st.container():
        if codes:
            show_note(_unknown_words(codes.items()), tone="wb-amber", role="status")


def _unknown_words(codes: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"No such {name}: {one_line(code)[:_LONGEST_SHOWN]}." for name, code in codes)


def show_unknown_codes(page: str, known: Mapping[str, Container[str]]) -> None:
    """Say which values of the address are unknown; called before widgets drop them. ``known`` has those of each name.

    The sentence stays until the address names a known value, as it does once the person chooses one.
    """
    notice, given = f"address-{page}", {name: st.query_params.get_all(name) for name in known}
    unknown = [(name, value) for name, values in given.items() for value in values if value not in known[name]]
    if unknown:
        keep_message(notice, _unknown_words(unknown))
    elif any(given.values()):
        forget_notice(notice)
    show_notice(notice)

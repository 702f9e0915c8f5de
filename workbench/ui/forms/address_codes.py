"""Codes in an address that a page does not know: said, because they are left out of what it shows."""

from collections.abc import Container, Mapping
from datetime import date

import streamlit as st

from workbench.ui.frame.notices import forget_notice, keep_message, show_notice
from workbench.ui.html.markup import show_note

_LONGEST_SHOWN = 60


class _AnyDay(Container[str]):
    """Every day, written YYYY-MM-DD."""

    def __contains__(self, text: object) -> bool:
        try:
            date.fromisoformat(str(text))
        except ValueError:
            return False
        return True


ANY_DAY = _AnyDay()
YES_OR_NO = frozenset({"true", "false"})


def show_unknown(codes: Mapping[str, str]) -> None:
    """Answer codes of the address that the page does not know; ``codes`` has each by what it is called."""
    if codes:
        words = " ".join(f"No such {name}: {code[:_LONGEST_SHOWN]}." for name, code in codes.items())
        show_note(words, tone="wb-amber", role="status")


def show_unknown_codes(page: str, known: Mapping[str, Container[str]]) -> None:
    """Say which values of the address are unknown; called before widgets drop them. ``known`` has those of each name.

    The sentence stays until the address names a known value, as it does once the person chooses one.
    """
    notice, given = f"address-{page}", {name: st.query_params.get_all(name) for name in known}
    unknown = [(name, value) for name, values in given.items() for value in values if value not in known[name]]
    if unknown:
        words = "; ".join(f"{name} “{value[:_LONGEST_SHOWN]}”" for name, value in unknown)
        keep_message(
            notice, f"The address asks for something that this page does not know, so it is left out: {words}."
        )
    elif any(given.values()):
        forget_notice(notice)
    show_notice(notice)

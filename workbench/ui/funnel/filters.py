"""The filters of the page Funnel. The address keeps them, as codes."""

from collections.abc import Sequence

import streamlit as st

from workbench.domain.text import one_line
from workbench.domain.words import STEP_WORDS
from workbench.figures.funnel.breakdown import name_of, value_code
from workbench.figures.funnel.steps import REACHED
from workbench.figures.properties import PROPERTY_WORDS
from workbench.store.engine.catalogue import WINDOWS
from workbench.ui.forms.address_codes import ask_for_code, ask_with_buttons
from workbench.ui.forms.periods import ask_for_period
from workbench.ui.funnel.answers import STEPS, FunnelRow
from workbench.ui.funnel.codes import COMPARISONS, USUAL, FunnelCodes, go_to, lists_of, read_codes
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_note
from workbench.ui.segments.choosing import ask_for_segment

PATH_WORDS = {"individual": "Individuals", "entity": "Entities"}


def ask_for_filters(codes: FunnelCodes) -> None:
    """Show whose funnel it is, of which period and compared with what."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-funnel-filters"):
        _ask_for_path(codes)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
            show_note("opened")
            ask_for_period(
                label("Opened between"),
                "wb-funnel-opened",
                (codes.since, codes.until),
                lambda since, until: go_to(since=since, until=until),
            )
        _ask_for_window(codes)
        _ask_for_comparison(codes)
        ask_for_segment(
            codes.segment, key="wb-funnel-segment", on_choose=lambda segment: go_to(segment=segment, of=None)
        )


def _ask_for_path(codes: FunnelCodes) -> None:
    ask_with_buttons(
        label("Account type"),
        PATH_WORDS,
        codes.path,
        key="wb-funnel-path",
        on_choose=_go_to_path,
    )


def _go_to_path(path: str) -> None:
    codes, _ = read_codes()
    people = codes.people if codes.people in lists_of(path) else USUAL["people"]
    go_to(path=path, people=people, of=None)


def _ask_for_window(codes: FunnelCodes) -> None:
    ask_for_code(
        label("Time allowed"),
        [str(days) for days in WINDOWS],
        codes.window,
        key="wb-funnel-window",
        say=lambda days: f"Within {days} days",
        on_choose=lambda days: go_to(window=days),
        width=142,
    )


def _ask_for_comparison(codes: FunnelCodes) -> None:
    ask_for_code(
        label("Compare with"),
        list(COMPARISONS),
        codes.compare,
        key="wb-funnel-compare",
        say=COMPARISONS.__getitem__,
        on_choose=lambda chosen: go_to(compare=chosen, compare_since=None, compare_until=None),
        width=176,
        anything="Compare with …",
    )
    if codes.compare == "other":
        ask_for_period(
            label("Compare with accounts opened between"),
            "wb-funnel-compare-opened",
            (codes.compare_since, codes.compare_until),
            lambda since, until: go_to(compare_since=since, compare_until=until),
        )
    elif codes.compare and codes.compared is None:
        show_note("Choose the first and the last day, to compare with the period before.", role="status")


def ask_for_list(codes: FunnelCodes) -> None:
    """Ask whose accounts are listed: the same as a click on a part of a bar."""
    ask_for_code(
        label("Accounts that"),
        lists_of(codes.path),
        codes.people,
        key="wb-funnel-people",
        say=lambda code: list_words(code, codes.path),
        on_choose=lambda chosen: go_to(people=chosen),
        width=250,
    )


def list_words(code: str, path: str) -> str:
    """What the accounts of a list have in common: "cleared", "screened, not cleared"."""
    step, _, kind = code.partition(":")
    steps = STEPS[path]
    if kind == REACHED:
        return STEP_WORDS[step]
    return f"{STEP_WORDS[steps[steps.index(step) - 1]]}, not {STEP_WORDS[step].lower()}"


def ask_for_property(codes: FunnelCodes) -> None:
    ask_for_code(
        label("By"),
        list(PROPERTY_WORDS),
        codes.by,
        key="wb-funnel-by",
        say=lambda by: f"By {PROPERTY_WORDS[by]}",
        on_choose=lambda by: go_to(by=by, of=None),
        width=190,
    )


def ask_for_value(codes: FunnelCodes, rows: Sequence[FunnelRow]) -> None:
    """Ask which value of the property the list is narrowed to: the same as a click on a bar of the breakdown."""
    names = {code: one_line(name_of(row, codes.by)) for code, row in values_of(rows, codes.by).items()}
    ask_for_code(
        label("Of"),
        list(names),
        codes.of,
        key="wb-funnel-of",
        say=names.__getitem__,
        on_choose=lambda value: go_to(of=value),
        width=190,
        anything=f"Any {PROPERTY_WORDS[codes.by]}",
    )


def values_of(rows: Sequence[FunnelRow], by: str) -> dict[str, FunnelRow]:
    """A row of each value that a breakdown shows on its own, by the value's code."""
    return {value_code(row, by): row for row in rows if not row["is_other"]}

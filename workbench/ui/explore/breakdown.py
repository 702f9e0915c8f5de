"""The groups of a breakdown: a figure, and a table in which each row lists its accounts at a click, or with Enter."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element

from workbench.domain.moments import duration
from workbench.domain.text import one_line
from workbench.domain.words import count, share
from workbench.figures.groups import (
    MET,
    MOST_GROUPS,
    NOT_MET,
    Key,
    draw_groups,
    key_of,
    mark_of,
    name_of_group,
)
from workbench.figures.properties import PROPERTY_WORDS
from workbench.figures.samples import SMALL_SAMPLE, comparable, points_apart
from workbench.ui.charts.plots import Option, show_figure
from workbench.ui.explore.codes import ExploreCodes
from workbench.ui.explore.phrases import what_happened
from workbench.ui.html.live_markup import show_live
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.text.words import sentences

Groups = Sequence[Mapping[str, Any]]
Choose = Callable[[Key, str], None]
"""Lists the accounts of a group, those that met the measure or those that did not."""


def show_groups(codes: ExploreCodes, found: QueryResult, before: QueryResult | None, choose: Choose) -> None:
    """Show the figure and the table beside each other, the chosen row marked; ``before`` is of the other period."""
    with st.container(horizontal=True, vertical_alignment="center"):
        show_heading(f"By {_properties(codes)}", _note(found.table.num_rows, is_compared=before is not None))
        offer_answer(found, "explore-measure", "explore-groups")
    show_note("Click a bar or a row to list its accounts.")
    picture, numbers = st.columns([0.45, 0.55], gap="medium")
    with picture:
        _show_figure(codes, found, before, choose)
    with numbers:
        _show_table(codes, found.rows, before, choose)


def show_whole(codes: ExploreCodes, found: QueryResult, before: QueryResult | None, choose: Choose) -> None:
    """Show one bar of all that count, where there is no breakdown."""
    left, right = st.columns([0.45, 0.55], gap="medium", vertical_alignment="center")
    with left:
        if found.first["of_accounts"]:
            _show_figure(codes, found, before, choose)
    with right:
        offer_answer(found, "explore-measure", "explore-answer")


def row_of(codes: ExploreCodes, groups: Groups) -> Key | None:
    """The row that the address names, for all rows a key without values; None if there is no such row."""
    asked = (codes.group, codes.then_group)
    keys = [(None, None), *map(key_of, groups)]
    return next((key for key in keys if codes.code_of(key) == asked), None)


def name_of(codes: ExploreCodes, key: Key) -> str:
    return one_line(name_of_group(key, codes.by, codes.then_by))


def _properties(codes: ExploreCodes) -> str:
    return " and ".join(PROPERTY_WORDS[name] for name in (codes.by, codes.then_by) if name)


def _note(groups: int, *, is_compared: bool) -> str:
    """What the marks of the figure mean, beside its title."""
    return sentences(
        f"the figure has the first {MOST_GROUPS} of {count(groups)};" if groups > MOST_GROUPS else "",
        f"grey: fewer than {SMALL_SAMPLE}; line: where the share likely lies"
        f"{'; mark: the period before' if is_compared else ''}",
    )


def _show_figure(codes: ExploreCodes, found: QueryResult, before: QueryResult | None, choose: Choose) -> None:
    options: dict[str, Option] = {"by": codes.by, "then_by": codes.then_by, "picked": _picked(codes, found.rows)}
    if before:
        options["compared"] = before
    show_figure(
        draw_groups,
        found,
        key="wb-figure-groups",
        alt=f"The share that {what_happened(codes)}: one bar for each group, with the interval in which it likely lies",
        on_pick=lambda code: _choose_mark(codes, found.rows, code, choose),
        options=options,
    )


def _picked(codes: ExploreCodes, groups: Groups) -> str:
    row = row_of(codes, groups)
    if row is None or row == (None, None):
        return ""
    return mark_of(row, codes.by, codes.then_by, codes.met)


def _choose_mark(codes: ExploreCodes, groups: Groups, code: str, choose: Choose) -> None:
    for key in map(key_of, groups):
        for met in (MET, NOT_MET):
            if mark_of(key, codes.by, codes.then_by, met) == code:
                choose(key, met)


def _show_table(codes: ExploreCodes, groups: Groups, before: QueryResult | None, choose: Choose) -> None:
    shares = None if before is None else {key_of(row): row for row in before.rows}
    numbers = ["Accounts", "Share", "Interval", *([] if shares is None else ["Vs before"]), "Median", "90% within"]
    heads = [PROPERTY_WORDS[name].capitalize() for name in (codes.by, codes.then_by) if name]
    table = h.table(".wb-groups")[
        h.thead[h.tr[[h.th(scope="col")[" · ".join(heads)]], [h.th(scope="col")[name] for name in numbers]]],
        h.tbody[[_row(codes, row, shares) for row in groups]],
    ]
    show_live(
        h.div(".wb-scroll", tabindex="0")[table],
        key="wb-groups",
        on_pick=lambda code: _choose_mark(codes, groups, code, choose),
    )


def _row(codes: ExploreCodes, row: Mapping[str, Any], before: Mapping[Key, Mapping[str, Any]] | None) -> Element:
    key = key_of(row)
    is_shown = codes.code_of(key) == (codes.group, codes.then_group)
    name = name_of(codes, key)
    button = h.button(
        ".wb-group",
        type="button",
        data_pick=mark_of(key, codes.by, codes.then_by, codes.met),
        title=name,
        aria_current="true" if is_shown else None,
    )[name]
    cells = [
        f"{count(row['accounts'])} of {count(row['of_accounts'])}",
        share(row["share"]),
        _interval(row),
        *([] if before is None else [_change(row, before.get(key))]),
        duration(row["median_hours"]),
        duration(row["p90_hours"]),
    ]
    return h.tr(class_={"wb-quiet": row["is_few"], "wb-chosen": is_shown})[
        h.th(scope="row")[button], [h.td[cell] for cell in cells]
    ]


def _interval(row: Mapping[str, Any]) -> str:
    """The limits between which the share lies in 95 of 100 samples (Wilson)."""
    if row["share"] is None:
        return "–"
    return f"{row['share_low'] * 100:.0f}–{row['share_high'] * 100:.0f}%"


def _change(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    other = comparable(row, before)
    return (points_apart(row["share"], other["share"]) if other else "") or "–"

"""The groups of a breakdown as a table: each row lists its accounts at a click, or with Enter."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import htpy as h
from htpy import Element

from workbench.domain.moments import duration
from workbench.domain.words import count, share
from workbench.figures.funnel.breakdown import PROPERTY_WORDS
from workbench.figures.samples import points_apart
from workbench.ui.explore.codes import ExploreCodes
from workbench.ui.explore.phrases import group_word
from workbench.ui.html.live_markup import show_live

Groups = Sequence[Mapping[str, Any]]
Key = tuple[str | None, str | None]


def show_groups(
    codes: ExploreCodes,
    groups: Groups,
    before: Mapping[Key, Mapping[str, Any]] | None,
    go_to_group: Callable[[Key], None],
) -> None:
    """Show the table; a row that is chosen is marked. ``before`` is None where nothing is compared."""
    heads = [PROPERTY_WORDS[name].capitalize() for name in (codes.by, codes.then_by) if name]
    numbers = ["Accounts", "Share", "Interval", *([] if before is None else ["Vs before"]), "Median", "90% within"]
    table = h.table(".wb-groups")[
        h.thead[h.tr[[h.th(scope="col")[" · ".join(heads) or "Group"]], [h.th(scope="col")[name] for name in numbers]]],
        h.tbody[[_row(codes, row, before) for row in groups]],
    ]
    show_live(
        h.div(".wb-scroll", tabindex="0")[table],
        key="wb-groups",
        on_pick=lambda code: _pass_on(code, groups, go_to_group),
    )


def key_of(row: Mapping[str, Any]) -> Key:
    return row["first_group"], row["second_group"]


def name_of(codes: ExploreCodes, row: Mapping[str, Any]) -> str:
    words = (group_word(codes.by, row["first_group"]), group_word(codes.then_by, row["second_group"]))
    return " · ".join(filter(None, words))


def code_of_group(key: Key) -> str:
    return json.dumps(key)


def _pass_on(code: str, groups: Groups, go_to_group: Callable[[Key], None]) -> None:
    """Pass on the row that was clicked, if it is one of the table's: what a browser says is not trusted."""
    for row in groups:
        if code_of_group(key_of(row)) == code:
            go_to_group(key_of(row))


def _row(codes: ExploreCodes, row: Mapping[str, Any], before: Mapping[Key, Mapping[str, Any]] | None) -> Element:
    is_shown = key_of(row) == (codes.group, codes.then_group)
    name = name_of(codes, row)
    button = h.button(
        ".wb-group",
        type="button",
        data_pick=code_of_group(key_of(row)),
        title=name,
        aria_current="true" if is_shown else None,
    )[name]
    cells = [
        f"{count(row['accounts'])} of {count(row['of_accounts'])}",
        share(row["share"]),
        _bar(row),
        *([] if before is None else [_change(row, before.get(key_of(row)))]),
        duration(row["median_hours"]),
        duration(row["p90_hours"]),
    ]
    return h.tr(class_={"wb-quiet": row["is_few"], "wb-chosen": is_shown})[
        h.th(scope="row")[button], [h.td[cell] for cell in cells]
    ]


def _bar(row: Mapping[str, Any]) -> Element | None:
    """The share as a bar, with the Wilson interval as a line over it."""
    if row["share"] is None or row["is_few"]:
        return None
    low, high = row["share_low"] * 100, row["share_high"] * 100
    return h.div(".wb-share-bar", title=f"95% of such samples lie between {low:.0f}% and {high:.0f}%")[
        h.i(style=f"width:{row['share'] * 100:.1f}%"), h.b(style=f"left:{low:.1f}%;width:{high - low:.1f}%")
    ]


def _change(row: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    if before is None or row["is_few"] or before["is_few"]:
        return "–"
    return points_apart(row["share"], before["share"]) or "–"

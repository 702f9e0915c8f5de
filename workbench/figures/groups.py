"""A measure of Explore: the share of accounts that met it, one bar per group of a breakdown."""

from collections.abc import Sequence
from typing import NamedTuple

import plotly.graph_objects as go

from workbench.domain.moments import duration
from workbench.domain.words import count, plural, share
from workbench.figures.palette import Theme
from workbench.figures.properties import OTHERS, code_of_value, value_words
from workbench.figures.samples import Row, comparable, points_apart
from workbench.figures.shares import ShareBar, limits_words, share_figure
from workbench.figures.texts import lines, plain

MOST_GROUPS = 24
"""More would be taller than a screen."""
ROW_HEIGHT, HEAD_HEIGHT = 28, 21
"""Pixels: each bar stands beside its row of the table, below the table's head."""
MET, NOT_MET = "true", "false"
_EVERYONE = "All"


class Group(NamedTuple):
    """A group by one property: the accounts with a ``value``, or those of a ``kind`` without one of their own.

    ``kind``: "value", UNKNOWN for accounts without the property, or OTHERS for those with a rare value.
    """

    kind: str
    value: str | None


Key = tuple[Group | None, Group | None]
"""A group by the first and the second property, None where there is none."""
Codes = tuple[str | None, str | None]


def key_of(row: Row) -> Key:
    return _group(row["first_kind"], row["first_group"]), _group(row["second_kind"], row["second_group"])


def _group(kind: str | None, value: str | None) -> Group | None:
    return None if kind is None else Group(kind, value)


def codes_of(key: Key, by: str | None, then_by: str | None) -> Codes:
    """A group as an address has it; None where there is no breakdown."""
    first, second = key
    return _code(by, first), _code(then_by, second)


def _code(by: str | None, group: Group | None) -> str | None:
    if by is None or group is None:
        return None
    return OTHERS if group.kind == OTHERS else code_of_value(by, group.value)


def name_of_group(key: Key, by: str | None, then_by: str | None) -> str:
    """A group as people say it, "United States · Individual"; empty where there is no breakdown."""
    first, second = key
    return " · ".join(filter(None, (_words(by, first), _words(then_by, second))))


def _words(by: str | None, group: Group | None) -> str:
    if by is None or group is None:
        return ""
    return "Other" if group.kind == OTHERS else value_words(by, group.value)


def mark_of(key: Key, by: str | None, then_by: str | None, met: str) -> str:
    """What a click on a part of a bar means: the accounts of a group that met the measure, or did not."""
    return f"{','.join(code or '' for code in codes_of(key, by, then_by))}:{met}"


def draw_groups(
    rows: Sequence[Row],
    theme: Theme,
    *,
    by: str | None = None,
    then_by: str | None = None,
    compared: Sequence[Row] = (),
    picked: str = "",
) -> go.Figure:
    """Draw rows of ``explore/measure`` in their order, MOST_GROUPS at most; grey where the sample is small.

    ``compared``: the same of another period. The part with the code ``picked`` is darker.
    """
    before = {key_of(row): row for row in compared}
    bars = [_bar(row, by, then_by, comparable(row, before.get(key_of(row)))) for row in rows[:MOST_GROUPS]]
    return share_figure(bars, theme, picked=picked, row_height=ROW_HEIGHT, head=HEAD_HEIGHT if by else 0)


def _bar(row: Row, by: str | None, then_by: str | None, before: Row | None) -> ShareBar:
    key, share_before = key_of(row), before["share"] if before else None
    name = name_of_group(key, by, then_by) or _EVERYONE
    return ShareBar(
        name,
        row["share"],
        (row["share_low"], row["share_high"]),
        _label(row, share_before),
        _told(row, name),
        row["is_few"],
        (
            mark_of(key, by, then_by, MET) if row["accounts"] else "",
            mark_of(key, by, then_by, NOT_MET) if row["accounts"] < row["of_accounts"] else "",
        ),
        share_before,
    )


def _label(row: Row, before: float | None) -> str:
    if row["share"] is None:
        return "none to count"
    few = "few" if row["is_few"] else ""
    words = f"<b>{share(row['share'])}</b> of {count(row['of_accounts'])}"
    return ", ".join(filter(None, (words, few, points_apart(row["share"], before))))


def _told(row: Row, name: str) -> str:
    told = [f"<b>{plain(name)}</b>: {count(row['accounts'])} of {plural(row['of_accounts'], 'account')}"]
    if row["share"] is not None:
        told.append(limits_words(row["share_low"], row["share_high"]))
    if row["median_hours"] is not None:
        told.append(f"Median {duration(row['median_hours'])}; 90% within {duration(row['p90_hours'])}")
    return lines(*told, "Click to list them" if row["of_accounts"] else "")

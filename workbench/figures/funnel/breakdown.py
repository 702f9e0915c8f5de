"""The funnel by a property: the share that reached a step, one bar per value."""

from collections.abc import Sequence

import plotly.graph_objects as go

from workbench.domain.moments import duration
from workbench.domain.words import STEP_WORDS, count, plural, share
from workbench.figures.funnel.steps import REACHED, STOPPED
from workbench.figures.palette import Theme
from workbench.figures.properties import code_of_value, value_words
from workbench.figures.samples import Row, comparable, is_undated, points_apart
from workbench.figures.shares import ShareBar, limits_words, share_figure
from workbench.figures.texts import lines, plain


def value_code(row: Row, by: str) -> str:
    """The code of a row's value; empty for the many values that are counted together."""
    return "" if row["is_other"] else code_of_value(by, row["value"])


def name_of(row: Row, by: str) -> str:
    return f"{count(row['distinct_values'])} others" if row["is_other"] else value_words(by, row["value"])


def draw_breakdown(
    rows: Sequence[Row], theme: Theme, *, by: str, step: str, compared: Sequence[Row] = (), picked: str = ""
) -> go.Figure:
    """Draw rows of ``funnel/breakdown`` by this property, of one step; grey where the sample is small.

    The code of a part is the value's and what became of its accounts: ``USA:reached``, ``USA:stopped``.
    """
    before = {row["value"]: row for row in compared if row["step"] == step and not row["is_other"]}
    bars = [_bar(row, by, None if row["is_other"] else before.get(row["value"])) for row in rows if row["step"] == step]
    return share_figure(bars, theme, picked=picked)


def _bar(row: Row, by: str, before: Row | None) -> ShareBar:
    compared = comparable(row, before)
    code, share_before = value_code(row, by), _share_of(compared) if compared else None
    return ShareBar(
        name_of(row, by),
        _share_of(row),
        (row["share_low"], row["share_high"]),
        _label(row, share_before),
        _words(row, by),
        row["is_few"],
        (f"{code}:{REACHED}", f"{code}:{STOPPED}") if code else ("", ""),
        share_before,
    )


def _share_of(row: Row) -> float | None:
    return None if is_undated(row) else row["share_of_entered"]


def _label(row: Row, before: float | None) -> str:
    reached = _share_of(row)
    if reached is None:
        why = "date unknown" if is_undated(row) else "none old enough"
        return f"{count(row['accounts'])} of {count(row['entered'])}, {why}"
    few = "few" if row["is_few"] else ""
    words = f"<b>{share(reached)}</b> of {count(row['entered_dated'])}"
    return ", ".join(filter(None, (words, few, points_apart(reached, before))))


def _words(row: Row, by: str) -> str:
    name, reached = plain(name_of(row, by)), _share_of(row)
    step = STEP_WORDS[row["step"]].lower()
    told = [f"<b>{name}</b>: {plural(row['entered'], 'account')}, {count(row['accounts'])} {step}"]
    if reached is not None:
        told.append(f"{share(reached)} of the {count(row['entered_dated'])} old enough, with a known date")
        told.append(limits_words(row["share_low"], row["share_high"]))
    if row["median_hours"] is not None:
        told.append(f"Half within {duration(row['median_hours'])}")
    return lines(*told, "" if row["is_other"] else "Click to list them")

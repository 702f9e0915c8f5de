"""How far accounts got: one bar per step, of those who reached it and those who stopped before it."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from workbench.domain.moments import duration
from workbench.domain.words import STEP_WORDS, count, plural, share
from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.palette import COLOURS, Colours, Theme
from workbench.figures.samples import Row, comparable, counted, is_small, is_undated, points_apart
from workbench.figures.texts import lines

REACHED, STOPPED = "reached", "stopped"
_ROW_HEIGHT = 54


def code_of(step: str, kind: str) -> str:
    """What a click on a part of a bar means: the accounts that reached a step, or those that stopped before it."""
    return f"{step}:{kind}"


def draw_steps(rows: Sequence[Row], theme: Theme, *, compared: Sequence[Row] = (), picked: str = "") -> go.Figure:
    """Draw rows of ``funnel/steps``; the part with the code ``picked`` is darker. ``compared``: another period's."""
    before = {row["step"]: row for row in compared if not is_undated(row)}
    above = [None, *rows[:-1]]
    bars = [
        Bar(
            STEP_WORDS[row["step"]], _parts(row, previous, COLOURS[theme], picked), _label(row, previous, theme, before)
        )
        for row, previous in zip(rows, above, strict=True)
    ]
    return bar_figure(bars, theme, row_height=_ROW_HEIGHT)


def _parts(row: Row, previous: Row | None, colours: Colours, picked: str) -> list[Part]:
    reached, stopped = code_of(row["step"], REACHED), code_of(row["step"], STOPPED)
    parts = [
        Part(
            row["accounts"],
            colours.strong if picked == reached else colours.faint,
            _reached_words(row, previous),
            reached if row["accounts"] else "",
        )
    ]
    lost = previous["accounts"] - row["accounts"] if previous else 0
    if previous and lost:
        words = (
            f"{plural(lost, 'account')} {STEP_WORDS[previous['step']].lower()}, not {STEP_WORDS[row['step']].lower()}"
        )
        parts.append(Part(lost, colours.strong if picked == stopped else colours.trace, lines(words, _CLICK), stopped))
    return parts


_CLICK = "Click to list them"


def _reached_words(row: Row, previous: Row | None) -> str:
    if previous is None:
        return lines(f"{plural(row['accounts'], 'account')} opened", _CLICK)
    undated = f"{count(row['undated'])} of them at an unknown date" if row["undated"] else ""
    return lines(
        f"<b>{STEP_WORDS[row['step']]}</b>: {plural(row['accounts'], 'account')}",
        _share_words(row, "share_of_entered", counted(row), "opened"),
        _share_words(row, "share_of_previous", row["previous_dated"], STEP_WORDS[previous["step"]].lower()),
        _time_words(row),
        undated,
        _CLICK,
    )


def _share_words(row: Row, name: str, of: int, whole: str) -> str:
    if is_undated(row) or row[name] is None:
        return ""
    few = ", too few to rely on" if is_small(row) else ""
    return f"{share(row[name])} of {whole}: {count(row['accounts_mature'])} of {count(of)} old enough{few}"


def _time_words(row: Row) -> str:
    if row["median_hours"] is None:
        return ""
    return f"Half within {duration(row['median_hours'])}, 90% within {duration(row['p90_hours'])}"


def _label(row: Row, previous: Row | None, theme: Theme, before: Mapping[str, Row]) -> str:
    """Two lines behind the bar: the count with its share of those opened, then its share of the step before."""
    number = f"<b>{count(row['accounts'])}</b>"
    if previous is None:
        young = row["entered_immature"]
        return lines(number, _quiet(f"{count(young)} not old enough yet" if young else "all old enough", theme))
    if is_undated(row):
        return lines(number, _quiet("date unknown", theme))
    if row["share_of_entered"] is None:
        return lines(number, _quiet("none old enough yet", theme))
    other = comparable(row, before.get(row["step"]))
    apart = points_apart(row["share_of_entered"], other["share_of_entered"]) if other else ""
    first = f"{number}  {share(row['share_of_entered'])} of opened{f', {apart}' if apart else ''}"
    second = f"{share(row['share_of_previous'])} of {STEP_WORDS[previous['step']].lower()}"
    if row["median_hours"] is not None:
        second += f" · half in {duration(row['median_hours'])}"
    return lines(_quiet(first, theme) if is_small(row) else first, _quiet(second, theme))


def _quiet(words: str, theme: Theme) -> str:
    return f'<span style="color:{COLOURS[theme].quiet}">{words}</span>'

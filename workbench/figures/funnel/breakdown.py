"""The funnel by a property: the share that reached a step, one bar per value."""

from collections.abc import Sequence
from datetime import date

import plotly.graph_objects as go

from workbench.domain.account.places import country_name, us_state_name
from workbench.domain.moments import duration
from workbench.domain.words import STEP_WORDS, code_word, count, ordinal, plural, share
from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.funnel.steps import REACHED, STOPPED
from workbench.figures.palette import COLOURS, Colours, Theme
from workbench.figures.samples import Row, is_undated, points_apart
from workbench.figures.texts import lines, plain

PROPERTY_WORDS = {
    "account_type": "account type",
    "country": "country",
    "state": "state of residence",
    "entry_month": "month opened",
    "migrated": "migrated or new",
    "completed_link": "first link completed",
}
"""The properties of ``funnel/breakdown`` and ``explore/measure``, by their codes, for the middle of a sentence."""
UNKNOWN = "unknown"
"""The code of accounts without the property."""
_ROOM = 1.5


def value_words(by: str, value: str) -> str:
    """A value of a property in words; ``value`` is the query's, or UNKNOWN."""
    if value == UNKNOWN:
        return "Not known"
    match by:
        case "account_type":
            return code_word(value)
        case "country":
            return country_name(value)
        case "state":
            country, _, state = value.partition("-")
            return us_state_name(state) if country == "USA" else f"{state}, {country_name(country)}"
        case "entry_month":
            return f"{date.fromisoformat(f'{value}-01'):%b %Y}"
        case "completed_link":
            return "No link completed" if value == "none" else f"{ordinal(int(value))} link"
    return code_word(value)


def value_of(row: Row) -> str:
    """The code of a row's value; empty for the many values that are counted together."""
    return "" if row["is_other"] else row["value"] or UNKNOWN


def name_of(row: Row, by: str) -> str:
    return f"{count(row['distinct_values'])} others" if row["is_other"] else value_words(by, value_of(row))


def draw_breakdown(
    rows: Sequence[Row], theme: Theme, *, by: str, step: str, compared: Sequence[Row] = (), picked: str = ""
) -> go.Figure:
    """Draw rows of ``funnel/breakdown`` by this property, of one step; grey where the sample is small.

    The code of a part is the value and what became of its accounts: ``USA:reached``, ``USA:stopped``.
    """
    shown = [row for row in rows if row["step"] == step]
    before = {value_of(row): row for row in compared if row["step"] == step and not row["is_other"]}
    bars = [_bar(row, by, COLOURS[theme], picked, before.get(value_of(row))) for row in shown]
    figure = bar_figure(bars, theme, room=_ROOM)
    figure.add_trace(_limits(shown, theme))
    if before:
        figure.add_trace(_marks_before(shown, before, theme))
    return figure


def _bar(row: Row, by: str, colours: Colours, picked: str, before: Row | None) -> Bar:
    value, reached = value_of(row), _share_of(row)
    parts = [
        Part(
            reached or 0,
            _colour(row, colours, is_picked=picked == f"{value}:{REACHED}"),
            _words(row, by),
            f"{value}:{REACHED}" if value else "",
        ),
        Part(
            1 - (reached or 0),
            colours.strong if value and picked == f"{value}:{STOPPED}" else colours.trace,
            _words(row, by),
            f"{value}:{STOPPED}" if value else "",
        ),
    ]
    return Bar(name_of(row, by), parts, _label(row, before), is_quiet=row["is_few"])


def _share_of(row: Row) -> float | None:
    return None if is_undated(row) else row["share_of_entered"]


def _colour(row: Row, colours: Colours, *, is_picked: bool) -> str:
    if is_picked:
        return colours.text
    return colours.faint if row["is_few"] else colours.strong


def _label(row: Row, before: Row | None) -> str:
    reached = _share_of(row)
    if reached is None:
        why = "date unknown" if is_undated(row) else "none old enough"
        return f"{count(row['accounts'])} of {count(row['entered'])}, {why}"
    apart = points_apart(reached, _share_of(before) if before else None)
    few = "few" if row["is_few"] else ""
    words = f"<b>{share(reached)}</b> of {count(row['entered_dated'])}"
    return ", ".join(filter(None, (words, few, apart)))


def _words(row: Row, by: str) -> str:
    name, reached = plain(name_of(row, by)), _share_of(row)
    step = STEP_WORDS[row["step"]].lower()
    told = [f"<b>{name}</b>: {plural(row['entered'], 'account')}, {count(row['accounts'])} {step}"]
    if reached is not None:
        told.append(f"{share(reached)} of the {count(row['entered_dated'])} old enough, with a known date")
        told.append(f"Likely between {share(row['share_low'])} and {share(row['share_high'])} (95%, Wilson)")
    if row["median_hours"] is not None:
        told.append(f"Half within {duration(row['median_hours'])}")
    return lines(*told, "" if row["is_other"] else "Click to list them")


def _limits(rows: Sequence[Row], theme: Theme) -> go.Scatter:
    """A thin line from the lower to the upper limit of each share."""
    dated = [(place, row) for place, row in enumerate(rows) if _share_of(row) is not None]
    return go.Scatter(
        mode="lines",
        x=[limit for _, row in dated for limit in (row["share_low"], row["share_high"], None)],
        y=[height for place, _ in dated for height in (place, place, None)],
        line={"color": COLOURS[theme].quiet, "width": 1},
        hoverinfo="skip",
    )


def _marks_before(rows: Sequence[Row], before: dict[str, Row], theme: Theme) -> go.Scatter:
    """An upright mark where the share was in the compared period."""
    known = [(place, _share_of(before[value_of(row)])) for place, row in enumerate(rows) if value_of(row) in before]
    marks = [(place, reached) for place, reached in known if reached is not None]
    return go.Scatter(
        mode="markers",
        x=[reached for _, reached in marks],
        y=[place for place, _ in marks],
        marker={"symbol": "line-ns-open", "size": 18, "color": COLOURS[theme].text, "line": {"width": 2}},
        hovertext=[f"{share(reached)} in the compared period" for _, reached in marks],
        hovertemplate="%{hovertext}<extra></extra>",
    )

"""What came after each of Bakkt's reason codes, and how soon: one bar per code, a part per next state."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

import plotly.graph_objects as go

from workbench.domain.moments import duration
from workbench.domain.vocabulary import Standing
from workbench.domain.words import STANDING_WORDS, count, in_sentence, plural, reason_word, share
from workbench.figures.bars import Bar, Part, bar_figure
from workbench.figures.palette import COLOURS, Colours, Theme
from workbench.figures.properties import digits_of
from workbench.figures.samples import Row
from workbench.figures.template import FONT_SIZE
from workbench.figures.texts import lines, plain

MOST_REASONS = 16
"""More would be taller than a screen."""
STILL_THERE = "Still there"
"""What an account does whose state lasts."""
_GAP = 1.5
"""Pixels of the page's colour around a part, so that two of one grey are two."""


def next_word(standing: str | None) -> str:
    """What came next, as the figure and its table say it."""
    return STILL_THERE if standing is None else STANDING_WORDS[Standing(standing)]


def reason_of_mark(rows: Sequence[Row], mark: str) -> str | None:
    """The reason code whose bar was clicked; None if none of the rows has it."""
    return next((row["reason_code"] for row in rows if digits_of(row["reason_code"]) == mark), None)


def draw_flow(rows: Sequence[Row], theme: Theme, *, picked: str = "") -> go.Figure:
    """Draw the rows of ``explore/flow``: the parts of a code's bar add up to all the times that it came.

    The most usual next state is dark, those that last are the lightest; a code of few cases is grey. The bar of the
    code ``picked`` is darker.
    """
    by_reason = [(reason, list(found)) for reason, found in groupby(rows, itemgetter("reason_code"))]
    bars = [_bar(reason, found, COLOURS[theme], is_picked=reason == picked) for reason, found in by_reason]
    figure = bar_figure(bars[:MOST_REASONS], theme)
    figure.update_traces(marker_line={"width": _GAP, "color": COLOURS[theme].page}, selector={"type": "bar"})
    figure.update_layout(uniformtext={"mode": "hide", "minsize": FONT_SIZE})
    return figure


def _bar(reason: str, rows: Sequence[Row], colours: Colours, *, is_picked: bool) -> Bar:
    ended = [row for row in rows if row["next_standing"] is not None]
    lasting = [row for row in rows if row["next_standing"] is None]
    looks = [_look(place, row, colours, is_picked=is_picked) for place, row in enumerate(ended)]
    parts = [_part(reason, row, *look) for row, look in zip(ended, looks, strict=True)]
    parts += [_part(reason, row, colours.trace, colours.quiet) for row in lasting]
    few = rows[0]["is_few"]
    label = f"{count(rows[0]['of_times'])} ×{', few' if few else ''}"
    return Bar(reason_word(reason), parts, label, is_quiet=few)


def _look(place: int, row: Row, colours: Colours, *, is_picked: bool) -> tuple[str, str]:
    """The colours of a part and of the words in it."""
    if place or row["is_few"]:
        return colours.faint, colours.text
    return (colours.text if is_picked else colours.strong), colours.page


def _part(reason: str, row: Row, colour: str, words_colour: str) -> Part:
    return Part(row["share"], colour, _told(reason, row), digits_of(reason), _words(row), words_colour)


def _words(row: Row) -> str:
    words = f"\N{NO-BREAK SPACE}{next_word(row['next_standing'])} {share(row['share'])}"
    return words if row["median_hours"] is None else f"{words}, {duration(row['median_hours'])}"


def _told(reason: str, row: Row) -> str:
    took = ""
    if row["median_hours"] is not None:
        took = f"Median {duration(row['median_hours'])}; 90% within {duration(row['p90_hours'])}"
    return lines(
        f"<b>{plain(reason_word(reason))}</b>, then {in_sentence(next_word(row['next_standing']))}",
        f"{count(row['times'])} of {count(row['of_times'])} times, {plural(row['accounts'], 'account')}",
        took,
        "Click to list this code alone",
    )

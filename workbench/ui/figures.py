"""The pictures: grey first, labelled directly, readable in both themes; each title answers its page's question."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from workbench.domain.vocabulary import Turn
from workbench.ui.markup import show_heading
from workbench.ui.palette import AMBER, FAINT, GREY, RED, TEXT, TURN_COLOURS
from workbench.ui.words import STEP_WORDS, as_utc, count, duration, plural, share, standing_word, turn_word

CONFIG = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False, "showAxisDragHandles": False}
BAR_HEIGHT = 24
SMALL_SAMPLE = 30
_SMALL = {"size": 12, "color": TEXT}


def show_figure(
    figure: go.Figure, title: str, *, key: str, note: str = "", on_pick: Callable[[str], None] | None = None
) -> None:
    """Show a figure under its title; ``on_pick`` gets the customdata of a clicked bar, before the page runs again.

    Plotly fades all bars but the clicked one: name in ``key`` what the click changes, and the figure is drawn anew.
    """

    def pass_on() -> None:
        points = st.session_state[key].selection.points
        if points and on_pick is not None:
            picked = points[0]["customdata"]
            on_pick(str(picked[0] if isinstance(picked, list) else picked))

    show_heading(title, note)
    st.plotly_chart(
        figure,
        key=key,
        config=CONFIG,
        alt=title,
        theme="streamlit",
        on_select=pass_on if on_pick else "ignore",
        selection_mode="points",
    )


def draw_open_work(rows: Sequence[dict[str, Any]]) -> go.Figure:
    """One bar a standing and turn: how many wait there, and how many of them are past due."""
    ordered = sorted(rows, key=lambda row: row["accounts"])
    labels = [f"{standing_word(row['standing'])}  {turn_word(row['turn'])}" for row in ordered]
    colours = [TURN_COLOURS[Turn(row["turn"])] for row in ordered]
    overdue = [row["overdue"] for row in ordered]
    figure = _bars_across(len(ordered))
    figure.add_bar(
        y=labels,
        x=overdue,
        orientation="h",
        marker_color=colours,
        customdata=[row["standing"] for row in ordered],
        hovertemplate="%{x:,} past due<extra></extra>",
    )
    figure.add_bar(
        y=labels,
        x=[row["accounts"] - row["overdue"] for row in ordered],
        orientation="h",
        marker_color=FAINT,
        text=[_waiting_label(row) for row in ordered],
        textposition="outside",
        textfont=_SMALL,
        cliponaxis=False,
        customdata=[row["standing"] for row in ordered],
        hovertemplate="%{x:,} in time<extra></extra>",
    )
    _leave_room(figure, max((row["accounts"] for row in rows), default=1), 1.85)
    return figure


def open_work_title(rows: Sequence[dict[str, Any]]) -> str:
    total, overdue = sum(row["accounts"] for row in rows), sum(row["overdue"] for row in rows)
    if not total:
        return "Nothing is open"
    return f"{plural(total, 'account')} open, {count(overdue)} past due"


def draw_expiry(rows: Sequence[dict[str, Any]], zone: tzinfo, now: datetime, soon_hours: float) -> go.Figure:
    """One bar an hour for the next 72: grey, amber where it is soon, red where the link is somebody's last."""
    hours = [as_utc(row["hour"]).astimezone(zone).replace(tzinfo=None) for row in rows]
    last = [row["last_links"] for row in rows]
    others = [row["links_ending"] - row["last_links"] for row in rows]
    soon_until = (as_utc(now) + timedelta(hours=soon_hours)).astimezone(zone).replace(tzinfo=None)
    figure = _canvas(176)
    figure.add_bar(
        x=hours,
        y=last,
        marker_color=RED,
        hovertemplate="%{y:,} last links<extra></extra>",
        name="last",
    )
    figure.add_bar(
        x=hours,
        y=others,
        marker_color=[AMBER if hour < soon_until else FAINT for hour in hours],
        hovertemplate="%{y:,} other links<extra></extra>",
        name="others",
    )
    _lay_out_hours(figure)
    _label_expiry(figure, hours, soon_until)
    return figure


def expiry_title(ending_soon: int, last_soon: int, total: int, soon_hours: float) -> str:
    """The picture's answer: "38 links end within 24 h, 11 are somebody's last"."""
    if not total:
        return "No live link ends in the next 72 hours"
    if not ending_soon:
        return f"No link ends within {soon_hours:.0f} h, {plural(total, 'link')} within 72 h"
    verb = "ends" if ending_soon == 1 else "end"
    lasts = f", {count(last_soon)} {'is' if last_soon == 1 else 'are'} somebody's last" if last_soon else ""
    return f"{plural(ending_soon, 'link')} {verb} within {soon_hours:.0f} h{lasts}"


def draw_funnel(steps: Sequence[dict[str, Any]]) -> go.Figure:
    """One bar a step, of the accounts that reached it, labelled with count and share; the answer's bar is darker."""
    ordered = list(reversed(steps))
    labels = [STEP_WORDS.get(row["step"], row["step"]) for row in ordered]
    figure = _bars_across(len(ordered), bar_height=44)
    figure.add_bar(
        y=labels,
        x=[row["accounts"] for row in ordered],
        orientation="h",
        marker_color=[GREY if row["step"] == "cleared" and not _is_small(row) else FAINT for row in ordered],
        text=[_step_label(row) for row in ordered],
        textposition="outside",
        textfont=_SMALL,
        cliponaxis=False,
        customdata=[row["step"] for row in ordered],
        hovertemplate="%{x:,} accounts: click to list them<extra></extra>",
    )
    _leave_room(figure, max((row["accounts"] for row in steps), default=1), 1.75)
    return figure


def draw_standings(rows: Sequence[dict[str, Any]]) -> go.Figure:
    """One bar a standing, labelled with its count."""
    ordered = sorted(rows, key=lambda row: row["accounts"])
    total = sum(row["accounts"] for row in ordered) or 1
    figure = _bars_across(len(ordered))
    figure.add_bar(
        y=[standing_word(row["standing"]) for row in ordered],
        x=[row["accounts"] for row in ordered],
        orientation="h",
        marker_color=FAINT,
        text=[f"{count(row['accounts'])}  ({share(row['accounts'] / total)})" for row in ordered],
        textposition="outside",
        textfont=_SMALL,
        cliponaxis=False,
        hovertemplate="%{y}: %{x:,}<extra></extra>",
    )
    _leave_room(figure, max((row["accounts"] for row in rows), default=1), 1.4)
    return figure


def _step_label(row: dict[str, Any]) -> str:
    quantity = f"<b>{count(row['accounts'])}</b>"
    if is_undated(row):
        return f"{quantity}   at times nobody saw"
    if row["share_of_entered"] is None or row["ordinal"] == 1:
        return quantity
    rate = f"{quantity}   {share(row['share_of_entered'])} of {count(counted(row))}"
    return rate if row["median_hours"] is None else f"{rate} · median {duration(row['median_hours'])}"


def counted(row: dict[str, Any]) -> int:
    """How many a share of entered is of: the mature accounts, without those undated in the step."""
    dated: int = row["entered_dated"]
    return dated


def is_undated(row: dict[str, Any]) -> bool:
    """Where no mature account has a date in the step, its share would say nothing but that nobody watched."""
    return bool(row["undated"]) and not row["accounts_mature"]


def _is_small(row: dict[str, Any]) -> bool:
    return counted(row) < SMALL_SAMPLE


def _waiting_label(row: dict[str, Any]) -> str:
    late = f" · {count(row['overdue'])} past due" if row["overdue"] else ""
    return f"{count(row['accounts'])}{late}"


def _canvas(height: int) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 0, "r": 0, "t": 4, "b": 0},
        showlegend=False,
        dragmode=False,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure


def _bars_across(bars: int, bar_height: int = BAR_HEIGHT) -> go.Figure:
    figure = _canvas(max(bars, 1) * bar_height + 10)
    figure.update_layout(barmode="stack", bargap=0.3, clickmode="event+select")
    figure.update_xaxes(visible=False, rangemode="tozero", fixedrange=True)
    figure.update_yaxes(showgrid=False, fixedrange=True, tickfont={"size": 12}, ticksuffix="  ", automargin=True)
    return figure


def _leave_room(figure: go.Figure, longest: float, factor: float) -> None:
    figure.update_xaxes(range=[0, max(longest, 1) * factor])


def _lay_out_hours(figure: go.Figure) -> None:
    figure.update_layout(
        barmode="stack", bargap=0.18, hovermode="x unified", margin={"l": 30, "r": 8, "t": 22, "b": 24}
    )
    figure.update_xaxes(
        showgrid=False,
        dtick=6 * 3_600_000,
        tickformat="%H:%M\n%a %-d",
        tickfont={"size": 11, "color": TEXT},
        hoverformat="%a %-d %b %H:%M",
    )
    figure.update_yaxes(
        showgrid=True,
        gridcolor="rgba(139,145,156,0.16)",
        rangemode="tozero",
        tickfont={"size": 11, "color": TEXT},
        nticks=4,
        tickformat=",d",
    )


def _label_expiry(figure: go.Figure, hours: list[datetime], soon_until: datetime) -> None:
    if not hours:
        return
    labels = ((hours[0], "ends soon", AMBER, "left"), (soon_until, "later", TEXT, "left"))
    for at, words, colour, anchor in labels:
        figure.add_annotation(
            x=at, y=1.09, yref="paper", text=words, showarrow=False, xanchor=anchor, font={"size": 11, "color": colour}
        )
    figure.add_annotation(
        x=1,
        xref="paper",
        y=1.09,
        yref="paper",
        text="■ somebody's last link",
        showarrow=False,
        xanchor="right",
        font={"size": 11, "color": RED},
    )

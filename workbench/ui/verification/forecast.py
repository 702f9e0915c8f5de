"""When links expire in the next 72 hours, and whose expire in one of them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from workbench.domain.moments import aware, written_moment
from workbench.domain.words import plural
from workbench.figures.verification.expiry import draw_expiry, hour_code
from workbench.ui.charts.figures import forecast_title
from workbench.ui.charts.plots import show_figure
from workbench.ui.forms.address_codes import ANY_DAY, ask_for_code, show_unknown
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_empty, show_heading, show_note
from workbench.ui.live.cached_queries import QueryResult, read, read_in_batches
from workbench.ui.live.current_desk import current_desk
from workbench.ui.tables.columns import flag, number, percent
from workbench.ui.tables.downloads import about_of
from workbench.ui.tables.provenance import offer_answer
from workbench.ui.tables.work_list import WorkList, show_work_list
from workbench.ui.text.moments import reader_zone

_HOUR = "hour"
"""The code in the address: the beginning of an hour, in UTC."""
_EPOCH = datetime.fromtimestamp(0, UTC)
"""Where the hours of the desk are counted from."""
_COLUMNS = ["client_account_id", "display_name", "ordinal", "hours_left", "link_expires_at", "is_last", "chance_lost"]
_LOOKS = {
    "ordinal": number("Link", width=64, note="Which of the account's links it is"),
    "is_last": flag("Last one", 84, "Whether no further link can be sent once it has expired"),
    "chance_lost": percent(
        "Likely lost", 84, "Estimate: how often similar links, with the same time left, were never completed"
    ),
}


def show_forecast(forecast: QueryResult) -> None:
    """Show, hour by hour for the next 72 hours, the links that expire, the last links among them, and an estimate."""
    rows, settings = forecast.rows, current_desk().settings
    title = forecast_title(rows, settings.speed)
    if not any(row["links_ending"] for row in rows):
        show_heading(title)
        return
    show_heading(title)
    show_figure(
        draw_expiry,
        forecast,
        key="wb-figure-expiry",
        alt=f"{title}: one column for each hour, with last links marked",
        options={
            "zone": str(reader_zone()),
            "soon_hours": settings.link_warning_hours,
            "speed": settings.speed,
            "picked": st.query_params.get(_HOUR, ""),
        },
        on_pick=_go_to_hour,
    )
    _ask_for_hour(rows)
    if any(row["last_links"] for row in rows):
        whose = " of all customers" if forecast.params.get("segment") else ""
        show_note(f"Estimate: how often similar links{whose}, with the same time left, were never completed.")
    offer_answer(forecast, "verification-forecast", "forecast")


def _go_to_hour(code: str | None) -> None:
    if code:
        st.query_params[_HOUR] = code
    else:
        st.query_params.pop(_HOUR, None)


def _ask_for_hour(rows: Sequence[dict[str, Any]]) -> None:
    """Ask whose links to list: the same as a click on a column."""
    hours = {hour_code(row["hour"]): row for row in rows if row["links_ending"]}
    chosen = st.query_params.get(_HOUR)
    ask_for_code(
        label("Hour"),
        list(hours),
        chosen if chosen in hours else None,
        key="wb-verification-hour",
        say=lambda code: f"{hour_words(hours[code]['hour'])}, {plural(hours[code]['links_ending'], 'link')}",
        on_choose=_go_to_hour,
        width=250,
        anything="List the customers of an hour …",
    )


def hour_words(hour: datetime) -> str:
    """An hour of the query, where the reader sits: "Mon 23 Nov 14:00"."""
    local = aware(hour).astimezone(reader_zone())
    return f"{local:%a} {local.day} {local:%b %H:%M}" + (f":{local:%S}" if local.second else "")


def show_people_of_hour(segment: str | None) -> None:
    """List whose links expire in the hour that the address names; answer one that is none."""
    code = st.query_params.get(_HOUR, "")
    if not code:
        return
    hour = hour_of(code, current_desk().settings.speed)
    if hour is None:
        show_unknown({"hour": code})
        return
    people = read("verification/call_list", hour=code, segment=segment)
    bar = st.container(horizontal=True, vertical_alignment="center", gap="medium", key="wb-hour")
    with bar:
        show_heading(
            f"{plural(people.table.num_rows, 'link expires', 'links expire')} in the hour from {hour_words(hour)}"
        )
    if not people.table.num_rows:
        show_empty("No live link expires in this hour.", "Choose another hour.")
        return
    show_work_list(
        WorkList(
            key=f"hour-{segment}-{code}",
            name="hour",
            rows=people.table,
            columns=_COLUMNS,
            total=people.table.num_rows,
            file_name="expiring-in-an-hour",
            read_whole=lambda: read_in_batches("verification/call_list", hour=code, segment=segment),
            looks=_LOOKS,
            rows_at_once=8,
            about=about_of(people),
        ),
        bar=bar,
    )


def hour_of(code: str, speed: float) -> datetime | None:
    """The hour that has this code; None if none has. In practice mode an hour is shorter by the factor ``speed``."""
    hour = written_moment(code) if code[:10] in ANY_DAY else None
    if hour is None or hour_code(hour) != code:
        return None
    return None if (aware(hour) - _EPOCH) % (timedelta(hours=1) / speed) else hour

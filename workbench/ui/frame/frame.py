"""What surrounds every page: the style, the banners, the answer and how old it is."""

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element, Renderable

from workbench.bakkt.availability import Away
from workbench.domain.moments import aware, duration
from workbench.domain.text import one_line
from workbench.domain.words import count
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.gate import refusal
from workbench.ui.frame.health import STALE_AFTER_HOURS
from workbench.ui.frame.losses import show_losses
from workbench.ui.frame.notices import PRESSED, show_notice
from workbench.ui.html.markup import show_html, trusted_markup
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk, desk_holder, shown_data_version
from workbench.ui.live.watching import is_page_cleared, may_rerun_page
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import ago, clock, exact, hours_since

STYLE = Path(__file__).parents[1] / "style.css"
ICON = Path(__file__).parents[1] / "icon.svg"
LOGO = Path(__file__).parents[1] / "logo.svg"
_STYLE_MARKUP = h.style[trusted_markup(STYLE.read_text(encoding="utf-8"))]
SIGN_IN_IS_OFF = "Sign-in is off: this machine only"
_LONGEST_ID_IN_TITLE = 60
_POLL_EVERY = "1s"
_WAKES_AT = "wb-wakes-at"


def _as_address(picture: Path) -> str:
    """Return the image as a data URL; given a path, Streamlit would read the file on every run."""
    return f"data:image/svg+xml;base64,{b64encode(picture.read_bytes()).decode()}"


ICON_ADDRESS, LOGO_ADDRESS = _as_address(ICON), _as_address(LOGO)


def tab_title(page_title: str) -> str:
    """Title the browser tab with the account's id; a name would stay in the browser's history."""
    account = one_line(st.query_params.get("account", ""))[:_LONGEST_ID_IN_TITLE]
    return " · ".join(filter(None, (account, page_title, "Onboarding workbench")))


def show_style() -> None:
    show_html(_STYLE_MARKUP)


def show_frame() -> None:
    """Show what precedes each page's content: the banners and the watch for new data."""
    _show_banner()
    away = current_desk().availability.away
    with st.container():  # in every run: a field of the page above which a line comes or goes loses what is typed
        if away is not None:
            is_read = read("sync/freshness").first["last_read_at"] is not None
            show_html(_away_line(away, datetime.now(UTC), is_read=is_read))
    with st.container():
        show_losses()
    show_notice(PRESSED)
    st.session_state.pop(_WAKES_AT, None)
    _watch(shown_data_version(), away)


def _show_banner() -> None:
    """Say what is special about this workbench: that its data is invented, and that nobody signs in."""
    desk = current_desk()
    sign_in = None if desk.has_sign_in else h.span(".wb-sign-in-off")[SIGN_IN_IS_OFF]
    if desk.is_sandbox:
        show_html(
            h.div(".wb-banner")[
                sign_in,
                h.strong["Sandbox"],
                " Invented data from a simulated Bakkt. No customer is real, and nothing reaches Bakkt. ",
                practice_words(desk.settings.speed),
            ]
        )
    elif sign_in is not None:
        show_html(h.div(".wb-no-banner")[sign_in])


def _away_line(away: Away, now: datetime, *, is_read: bool) -> Element:
    """Say since when Bakkt gives no usable answer and why, and how old what is shown therefore is."""
    shown = "What is shown was read before." if is_read else "No account has been read yet."
    zone = reader_zone()
    return h.div(".wb-banner.wb-away", role="status", title=exact(away.since, zone))[
        h.strong[f"No usable answer from Bakkt since {clock(away.since, zone, now)}."],
        f" {away.reason} {shown}",
    ]


def wake_at(moments: Iterable[datetime | None], read_at: datetime, *, after_seconds: float = 0.0) -> None:
    """Rerun the page at the first of these moments after ``read_at``, when time alone changes what it shows.

    A moment that passed since then counts too: what was read does not show it yet. For long lists: not sooner than
    ``after_seconds`` from now. Of several calls in a run, the first moment counts.
    """
    now = datetime.now(UTC)
    to_come = [moment for moment in map(aware, filter(None, moments)) if moment > read_at]
    if to_come:
        wanted = max(min(to_come), now + timedelta(seconds=after_seconds))
        st.session_state[_WAKES_AT] = min(wanted, st.session_state.get(_WAKES_AT, wanted))


@st.fragment(run_every=_POLL_EVERY)
def _watch(shown_version: int, shown_away: Away | None) -> None:
    """Rerun the page when there is something new to show; what a person typed, chose or opened stays."""
    with shown_errors():
        if refusal() is not None:
            st.rerun()
        is_news = shown_data_version() != shown_version or current_desk().availability.away != shown_away
        if may_rerun_page() and (is_news or is_page_cleared() or _is_time_to_wake()):
            st.rerun()


def _is_time_to_wake() -> bool:
    wakes_at: datetime | None = st.session_state.get(_WAKES_AT)
    seconds_late = (datetime.now(UTC) - wakes_at).total_seconds() if wakes_at else -1.0
    if seconds_late < 0:
        return False
    desk_holder().data_version.advance_past(current_desk().store.data_version, seconds_late)
    return True


def practice_words(speed: float) -> Renderable:
    """Say how much faster than real time the sandbox runs; empty at normal speed."""
    if speed == 1:
        return h.fragment[""]
    return h.fragment[h.strong[f"Practice, {count(speed)} × speed:"], f" one second here is {duration(speed / 3600)}."]


def show_answer(answer: str, note: str = "", warning: str = "") -> None:
    """Show the answer to the page's question in one line, and how old it is at the right."""
    left, right = st.columns([0.74, 0.26], vertical_alignment="bottom", gap="small")
    with left:
        below = note and h.p(".wb-lead")[note]
        urgent = warning and h.p(".wb-lead.wb-amber", role="status")[warning]
        show_html(h.h1(".wb-answer")[answer], h.fragment[below, urgent])
    with right:
        show_freshness()


def show_freshness() -> None:
    """ "as of 14:02", and when Bakkt was last read; the data version is in the markup for tests to wait on."""
    found = read("sync/freshness")
    _show_freshness(found.read_at, found.first)


def show_freshness_of(account: Mapping[str, Any]) -> None:
    """ "as of 14:02", and when this account was last read, whatever else has been read since."""
    found = read("sync/freshness")
    _show_freshness(found.read_at, {**found.first, "last_read_at": account.get("read_at")}, "this account ")


def _show_freshness(shown_at: datetime, found: Mapping[str, Any], subject: str = "") -> None:
    is_away = current_desk().availability.away is not None
    freshness = _freshness(shown_at, found, datetime.now(UTC), is_away=is_away, subject=subject)
    show_html(h.div(data_version=shown_data_version())[freshness])


def _freshness(shown_at: datetime, found: Mapping[str, Any], now: datetime, *, is_away: bool, subject: str) -> Element:
    """Say when the numbers were taken and how old the last successful reading is.

    Amber if that is long ago, the last sync stopped early or Bakkt gives no usable answer.
    """
    zone, last_read_at = reader_zone(), found["last_read_at"]
    stopped = "last sync stopped early, " if found["stopped_because"] else ""
    hours = hours_since(last_read_at, now) if last_read_at else None
    is_stale = bool(stopped) or is_away or (hours or 0) > STALE_AFTER_HOURS
    nothing = f"{subject}not read yet" if subject else "nothing read yet"
    words = nothing if hours is None else f"{subject}last read {ago(hours)}"
    note = exact(aware(last_read_at), zone) if last_read_at else None
    return h.p(class_={"wb-asof": True, "wb-amber": is_stale}, title=note)[
        f"as of {clock(shown_at, zone, now)} · {stopped}{words}"
    ]

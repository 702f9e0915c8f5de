"""What stands around every page: the style, the sandbox banner, the answer and how old it is."""

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from workbench.ui.desk import current_desk
from workbench.ui.failures import shown_errors
from workbench.ui.markup import literal, show_html
from workbench.ui.moments import reader_zone
from workbench.ui.reads import read
from workbench.ui.words import ago, as_utc, clock, exact, hours_since

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")
LOGO = Path(__file__).with_name("logo.svg")
STALE_AFTER_HOURS = 24
OLD_AFTER_HOURS = 0.25
_LOOKS_EVERY = "30s"


def show_frame() -> None:
    """Before each page: the style, and that this is practice where it is."""
    st.html(STYLE)
    if current_desk().is_sandbox:
        show_html(
            '<div class="wb-banner"><strong>Sandbox</strong> Practice data from a stand-in for Bakkt. '
            "Nobody here is real, and nothing reaches Bakkt.</div>"
        )


def show_answer(answer: str, note: str = "") -> None:
    """The page's question answered in a line, and at its right how old the answer is."""
    left, right = st.columns([0.74, 0.26], vertical_alignment="bottom", gap="small")
    with left:
        below = f'<p class="wb-lead">{literal(note)}</p>' if note else ""
        show_html(f'<h1 class="wb-answer">{literal(answer)}</h1>{below}')
    with right:
        show_freshness()


def show_freshness() -> None:
    """ "as of 14:02", and a way to newer numbers when there are some: a page never changes under a person's hands."""
    runs = read("sync/runs")
    _show_freshness(runs.read_at, runs.first, current_desk().store.data_version)


@st.fragment(run_every=_LOOKS_EVERY)
def _show_freshness(shown_at: datetime, last_run: dict[str, object], shown_version: int) -> None:
    with shown_errors():
        now = datetime.now(UTC)
        show_html(_freshness(shown_at, last_run, now))
        has_news = current_desk().store.data_version != shown_version
        if has_news or hours_since(shown_at, now) > OLD_AFTER_HOURS:
            with st.container(horizontal_alignment="right"):
                _offer_newer("New data came in: show it" if has_news else "Show it as of now")


def _offer_newer(words: str) -> None:
    if st.button(words, key="wb-refresh", type="tertiary"):
        st.rerun()


def _freshness(shown_at: datetime, last_run: dict[str, object], now: datetime) -> str:
    """When the numbers were taken, and when Bakkt was last read; amber where that is long ago or broke off."""
    zone = reader_zone()
    as_of = f"as of {clock(shown_at, zone, now)}"
    started_at = last_run.get("started_at")
    if not isinstance(started_at, datetime):
        return f'<p class="wb-asof">{as_of} · Bakkt not read yet</p>'
    hours, broke_off = hours_since(started_at, now), bool(last_run.get("stopped_because"))
    mark = " wb-amber" if broke_off or hours > STALE_AFTER_HOURS else ""
    words = "last run stopped early, " if broke_off else "Bakkt read "
    on_hover = literal(exact(as_utc(started_at), zone))
    return f'<p class="wb-asof{mark}" title="{on_hover}">{as_of} · {words}{ago(hours)}</p>'

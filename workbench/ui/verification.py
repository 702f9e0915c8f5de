"""Parts of the page Verification: everyone who must still verify, and their links."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.ui.bars import columns_markup, show_bars
from workbench.ui.desk import current_desk
from workbench.ui.figures import draw_expiry, expiry_title
from workbench.ui.lists import Condition, narrowed, past_due, where
from workbench.ui.moments import reader_zone
from workbench.ui.reads import Reading
from workbench.ui.words import count, plural, sentences

FILTER_WORDS = {
    "all": "All",
    "expiring": "Ends soon",
    "last": "Last link",
    "live": "Live",
    "expired": "Expired",
    "unknown": "Not seen",
    "used_up": "Used up",
}
COLUMNS = [
    "client_account_id",
    "display_name",
    "turn",
    "link_state",
    "hours_left",
    "link_expires_at",
    "expirations_used",
    "due_at",
    "standing_since",
]
_CONDITIONS: dict[str, tuple[Condition, ...]] = {
    "all": (),
    "expiring": (where("link_state", "expiring"),),
    "last": (where("link_state", "live", "expiring"), where("expirations_left", 1)),
    "live": (where("link_state", "live", "expiring"),),
    "expired": (where("link_state", "expired"), ~where("expirations_left", 0)),
    "unknown": (where("link_state", "unknown"),),
    "used_up": (where("expirations_left", 0),),
}


def ask_for_filters() -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        chosen = st.segmented_control(
            "Link",
            list(FILTER_WORDS),
            format_func=FILTER_WORDS.__getitem__,
            default="all",
            required=True,
            key="link",
            bind="query-params",
            label_visibility="collapsed",
        )
        stuck = st.toggle("Past due only", key="stuck", bind="query-params")
    return chosen or "all", stuck


def listed(backlog: Reading, chosen: str, *, stuck: bool) -> Reading:
    return narrowed(backlog, *_CONDITIONS[chosen], past_due() if stuck else None)


def soon() -> float:
    """With fewer hours left than this, a link is expiring (setting LINK_WARNING_HOURS)."""
    return current_desk().settings.link_warning_hours


def ending_soon(backlog: Reading) -> tuple[int, int]:
    """How many live links end soon, and how many of those are somebody's last."""
    ending = narrowed(backlog, where("link_state", "expiring"))
    return ending.table.num_rows, narrowed(ending, where("expirations_left", 1)).table.num_rows


def answer_of(backlog: Reading, summary: dict[str, Any]) -> tuple[str, str]:
    total = backlog.table.num_rows
    if not total:
        return "Nobody has to verify right now", ""
    ending, lasts = ending_soon(backlog)
    stuck = listed(backlog, "all", stuck=True).table.num_rows
    answer = f"{plural(total, 'customer')} must still verify"
    if ending:
        answer += f"; {plural(ending, 'link')} {'ends' if ending == 1 else 'end'} within {soon():.0f} h"
        answer += f", {count(lasts)} {'is' if lasts == 1 else 'are'} somebody's last" if lasts else ""
    return answer, sentences(
        f"{count(stuck)} past due.",
        f"{count(summary['links_expired'])} expired and ours to renew, {count(summary['links_exhausted'])} used up.",
        "Links used are those observed since the workbench knows the account.",
    )


def show_expiry(backlog: Reading, hours: Reading) -> None:
    soon_hours = soon()
    ending, lasts = ending_soon(backlog)
    title = expiry_title(ending, lasts, listed(backlog, "live", stuck=False).table.num_rows, soon_hours)
    markup = columns_markup(*draw_expiry(hours.rows, reader_zone(), datetime.now(UTC), soon_hours))
    show_bars(title, markup, key="expiry", note="links ending in each of the next 72 hours")

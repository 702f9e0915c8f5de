"""The banner on every page that tells what harmed files lost, until a person dismisses it or all is there again."""

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.domain.moments import aware
from workbench.domain.words import plural
from workbench.ui.frame.failures import shown_errors
from workbench.ui.html.markup import show_html
from workbench.ui.live.cached_queries import read
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import clock

_KINDS = {
    "events_missing": "event",
    "actions_missing": "action",
    "rulings_missing": "KYB ruling",
    "drafts_missing": "draft",
    "accounts_missing": "registered account",
}


def show_losses() -> None:
    """Show one banner for each loss; there are none as long as no file was harmed."""
    desk = current_desk()
    if not desk.store.has_losses:
        return
    rows = read("data/losses").table.to_pylist()
    if not rows:
        return
    with st.container(key="wb-losses"):
        for row in rows:
            show_html(
                h.div(".wb-error", role="alert")[h.strong[_title_of(row)], (h.p[words] for words in words_of(row))]
            )
        if may(Act.DISMISS_LOSSES) and st.button(
            "Dismiss", key="dismiss-losses", help="Take this from all pages. It stays in the database."
        ):
            _dismiss()


def _dismiss() -> None:
    with shown_errors():
        current_desk().store.dismiss_losses(current_desk().actor, datetime.now(UTC))
        st.rerun()


def _title_of(row: Mapping[str, Any]) -> str:
    return f"{_clock(row['found_at'])}: {row['harmed']}"


def words_of(row: Mapping[str, Any]) -> Iterator[str]:
    """Say which time is concerned, what is missing, and what is done about it."""
    yield f"{_period_of(row)} What the inbox and the copies beside the database still had was put back."
    missing = [name for name in _KINDS if row[name]]
    if missing:
        yield f"Missing: {', '.join(plural(row[name], _KINDS[name]) for name in missing)}. {_way_back(missing)}"
    else:
        yield "No event, action, KYB ruling, draft or registered account is missing."
    if row["accounts_to_read"]:
        yield f"{plural(row['accounts_to_read'], 'account')} to be read again from Bakkt, with the next sync."
    if row["set_aside"]:
        yield f"Kept beside the database: {row['set_aside']}"


def _way_back(missing: Collection[str]) -> str:
    events = "If there is an archive of events, replay it on the page Data." if "events_missing" in missing else ""
    rest = "Enter again what people had entered." if set(missing) - {"events_missing"} else ""
    return " ".join(filter(None, (events, rest)))


def _period_of(row: Mapping[str, Any]) -> str:
    if row["since"] is None:
        return f"What was saved before {_clock(row['until'])} was lost."
    return f"What was saved between {_clock(row['since'])} and {_clock(row['until'])} was lost."


def _clock(moment: datetime) -> str:
    return clock(aware(moment), reader_zone(), datetime.now(UTC))

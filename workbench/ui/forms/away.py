"""What a form says while Bakkt gives no usable answer, before anything is typed."""

from datetime import UTC, datetime

import streamlit as st

from workbench.ui.html.markup import show_sentence
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import clock


def show_away() -> None:
    """Say that nothing can be sent now; if it is not known whether Bakkt answers, it is asked in the background."""
    desk = current_desk()
    desk.background.probe.ask_if_unsure()
    away = desk.availability.away
    with st.container():  # in every run: a field above which a line comes or goes loses what is typed
        if away is not None:
            since = clock(away.since, reader_zone(), datetime.now(UTC))
            show_sentence(
                f"Nothing can be sent to Bakkt now: it has given no usable answer since {since}. "
                "This line disappears once it answers again.",
                tone="wb-amber",
                role="status",
            )

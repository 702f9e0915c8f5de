"""The box that says why an action is blocked now and what to do about it, the same on every page."""

import htpy as h
from htpy import Element

from workbench.domain.actions import Blocker
from workbench.ui.html.markup import show_html
from workbench.ui.text.moments import in_reader_zone


def show_blocker(blocker: Blocker) -> None:
    show_html(blocker_markup(blocker))


def blocker_markup(blocker: Blocker) -> Element:
    return h.div(".wb-receipt.wb-not", role="status")[
        h.strong[blocker.title], h.p[in_reader_zone(blocker.words)], h.p[blocker.next_step]
    ]

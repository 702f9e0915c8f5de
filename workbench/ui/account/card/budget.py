"""The budget of an account's links: which of the three expired, which one lives, and how long it still lives."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import htpy as h
from htpy import Element

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.words import plural
from workbench.ui.html.markup import Cell, show_facts, show_html
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import exact, hours_since, until

LIVE_STATES = frozenset({"live", "expiring"})
_NUMBERS = ("①", "②", "③")
COUNTING_NOTE = "Counting began when the account was imported"


def show_budget(account: dict[str, Any], life_hours: float = LINK_LIFE_HOURS) -> None:
    """Show one mark per link, and a bar with the time that is left of a live one."""
    marks = marks_of(account)
    items = [h.li(class_=f"wb-link-{mark}")[f"{_NUMBERS[place]} {mark}"] for place, mark in enumerate(marks)]
    show_html(
        _time_left(account, life_hours) if account["link_state"] in LIVE_STATES else h.fragment[""],
        h.ul(".wb-budget", title=COUNTING_NOTE, aria_label=f"Links: {budget_words(account)}")[items],
    )
    show_facts(
        {
            "Earlier link": _earlier(account["earlier_link_expires_at"]),
            "Not seen": _unseen(account["link_unseen_until"]),
            "Bakkt said": "no link is left" if account["no_link_left_at"] else None,
            "On hold": _on_hold(account["lost_link_requests"] or 0),
        }
    )


def marks_of(account: dict[str, Any]) -> Sequence[str]:
    """What became of each of the three: "expired", "live", "not seen", "on hold" or "left"."""
    marks = ["expired"] * min(account["expirations_used"] or 0, LINKS_ALLOWED)
    if account["link_state"] in LIVE_STATES:
        marks.append("live")
    elif account["link_unseen_until"] is not None:
        marks.append("not seen")
    marks += ["on hold"] * (account["lost_link_requests"] or 0)
    return (*marks, *["left"] * LINKS_ALLOWED)[:LINKS_ALLOWED]


def budget_words(account: dict[str, Any]) -> str:
    return f"{account['expirations_used'] or 0} of {LINKS_ALLOWED} expired"


def _time_left(account: dict[str, Any], life_hours: float) -> Element:
    share = max(0.0, min(1.0, (account["hours_left"] or 0) / life_hours))
    tone = "wb-red" if account["is_last_link"] and account["link_state"] == "expiring" else ""
    tone = tone or ("wb-amber" if account["link_state"] == "expiring" else "wb-grey")
    return h.div(".wb-time-left", aria_hidden="true")[h.i(class_=tone, style=f"width:{share:.0%}")]


def _earlier(ends_at: datetime | None) -> Cell | None:
    """Describe a link that was replaced before it expired."""
    if ends_at is None:
        return None
    words = f"may still work, expires {until(-hours_since(ends_at, datetime.now(UTC)))}"
    return Cell(
        words, note=f"{exact(ends_at, reader_zone())}. If the customer has not finished by then, it counts as expired"
    )


def _unseen(ends_at: datetime | None) -> Cell | None:
    """Describe a link that Bakkt issued and whose URL nobody has seen."""
    if ends_at is None:
        return None
    words = f"a link that Bakkt issued, expires {until(-hours_since(ends_at, datetime.now(UTC)))} (assumed)"
    return Cell(words, note=f"{exact(ends_at, reader_zone())}. The next request fetches it at no cost")


def _on_hold(requests: int) -> str | None:
    return f"{plural(requests, 'request')} whose answer was lost" if requests else None

"""The stored verification link of one account: nothing here calls Bakkt or opens the link."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.access.masking import masked_link
from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.ui.account.link.handover import show_handover
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.markup import Cell, show_facts, show_heading, show_note
from workbench.ui.text.moments import reader_zone
from workbench.ui.text.words import ago, clock, exact, hours_since, link_word, plural, until

ASSUMED_NOTE = f". Bakkt gave no expiry that can be read: {LINK_LIFE_HOURS} hours from its receipt are assumed"
LIVE_STATES = frozenset({"live", "expiring"})


def has_link(account: dict[str, Any]) -> bool:
    """Return whether there is anything to show: a stored link, or the need for one."""
    return account["standing"] == "verification" or bool(account["link_url"])


def show_link(account: dict[str, Any]) -> None:
    """Show the stored verification link, the way to a new one, and how to hand it over."""
    with st.container(border=True, gap="xsmall", key="wb-link-panel"):
        show_heading("Verification link", _link_note(account))
        show_facts(link_facts(account, account["links_seen"]))
        if account["standing"] == "verification" and account["link_state"] not in LIVE_STATES:
            _link_to_new_link(account)
    show_handover(account["client_account_id"])


def _link_to_new_link(account: dict[str, Any]) -> None:
    """Link to the page that sends a link, which says what it costs and what blocks it."""
    if account["is_used_up"]:
        show_note("No links left: only Bakkt's operations team can help.")
        return
    label = "Settle the lost request…" if account["lost_link_requests"] else "Send a new link…"
    st.page_link(page_named("link"), label=label, query_params={"account": account["client_account_id"]})


def link_facts(account: dict[str, Any], links_seen: int | None = None) -> dict[str, object]:
    """Return the stored link as labelled facts: its state, its expiry, and the budget expired and on hold."""
    held = account["lost_link_requests"] or 0
    return {
        "State": link_word(account["link_state"]) or "Not needed now",
        "Expired" if (account["hours_left"] or 0) <= 0 else "Expires": _ends(account),
        "Earlier link": _earlier(account["earlier_link_expires_at"]),
        "Links": _expired(account, links_seen),
        "Not seen": _unseen(account["link_unseen_until"]),
        "Bakkt said": "no link is left" if account["no_link_left_at"] else None,
        "On hold": f"{plural(held, 'request')} whose answer was lost" if held else None,
        "Link": masked_link(account["link_url"]) if account["link_url"] else None,
    }


def _earlier(ends_at: datetime | None) -> Cell | None:
    """Describe a link that was replaced before it expired."""
    if ends_at is None:
        return None
    now = datetime.now(UTC)
    words = f"may still work, expires {until(-hours_since(ends_at, now))}"
    return Cell(
        words, note=f"{exact(ends_at, reader_zone())}. If the customer has not finished by then, it counts as expired"
    )


def _unseen(ends_at: datetime | None) -> Cell | None:
    """Describe a link that Bakkt issued and whose URL nobody has seen."""
    if ends_at is None:
        return None
    words = f"a link that Bakkt issued, expires {until(-hours_since(ends_at, datetime.now(UTC)))} (assumed)"
    return Cell(words, note=f"{exact(ends_at, reader_zone())}. The next request fetches it at no cost")


def _expired(account: dict[str, Any], links_seen: int | None) -> Cell:
    seen = "" if links_seen is None else f" · {plural(links_seen, 'link')} so far"
    used = f"{account['expirations_used'] or 0} of {LINKS_ALLOWED} expired{seen}"
    return Cell(used, note="Counting began when the account was imported")


def _link_note(account: dict[str, Any]) -> str:
    left = account["expirations_left"]
    if left is None:
        return ""
    return "the last one" if account["is_last_link"] else f"{plural(left, 'link')} left"


def _ends(account: dict[str, Any]) -> Cell | None:
    ends = account["link_expires_at"]
    if ends is None:
        return None
    left = account["hours_left"]
    words = until(left) if left > 0 else ago(-left)
    assumed = " (assumed)" if account["is_expiry_assumed"] else ""
    note = f"{exact(ends, reader_zone())}{ASSUMED_NOTE if assumed else ''}"
    return Cell(f"{words}, {clock(ends, reader_zone(), datetime.now(UTC))}{assumed}", note=note)

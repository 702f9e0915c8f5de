"""The verification link of one account, as it is stored: nothing here asks Bakkt, and nothing opens it."""

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.access.masking import masked_link
from workbench.ui.live_markup import show_copyable
from workbench.ui.markup import Cell, show_facts, show_heading, show_note
from workbench.ui.moments import reader_zone
from workbench.ui.reads import Reading
from workbench.ui.words import LINKS_ALLOWED, ago, clock, exact, link_word, plural, until


def show_link(account: dict[str, Any], links: Reading) -> None:
    """The verification link as it is stored; nothing here asks Bakkt, and nothing opens it."""
    if account["standing"] != "verification" and not account["link_url"]:
        return
    with st.container(border=True, gap="xsmall", key="wb-link-panel"):
        show_heading("Verification link", _link_note(account))
        is_asked_for = bool(account["link_url"]) and st.toggle(
            "Show the link to copy it", key=f"wb-link-{account['client_account_id']}"
        )
        if is_asked_for:
            show_copyable(account["link_url"], key="wb-link-url")
            show_note("For the customer alone. It opens once: do not try it yourself.")
        show_facts(
            {
                "State": link_word(account["link_state"]) or "Not needed now",
                "Ends": _ends(account),
                "Expired": _expired(account, links.table.num_rows),
                "Link": masked_link(account["link_url"]) if account["link_url"] and not is_asked_for else None,
            }
        )


def _expired(account: dict[str, Any], links_seen: int) -> Cell:
    used = f"{account['expirations_used'] or 0} of {LINKS_ALLOWED}, as observed; {plural(links_seen, 'link')} seen"
    return Cell(used, note="Links from before the workbench knew the account are not counted")


def _link_note(account: dict[str, Any]) -> str:
    left = account["expirations_left"]
    if left is None:
        return ""
    return "the last one" if left == 1 and (account["hours_left"] or 0) > 0 else f"{plural(left, 'expiration')} left"


def _ends(account: dict[str, Any]) -> Cell | None:
    ends = account["link_expires_at"]
    if ends is None:
        return None
    left = account["hours_left"]
    said = until(left) if left > 0 else ago(-left)
    return Cell(f"{said}, {clock(ends, reader_zone(), datetime.now(UTC))}", note=exact(ends, reader_zone()))

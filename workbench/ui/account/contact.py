"""The contact card: the customer's phone and e-mail, ready to copy and to edit, and the hour where they are."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.casework.handover import primary_owner
from workbench.domain.links.zones import CustomerZone, address_of_customer, zone_of_address
from workbench.domain.payload import object_of
from workbench.ui.account.reads import AccountReads
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_heading, show_note

CONTACT_WORDS = {"phone_number": "phone", "email_address": "e-mail"}


def show_contact(reads: AccountReads) -> None:
    owner = primary_owner(reads.owners.rows)
    with st.container(border=True, gap="xsmall", key="wb-contact"):
        show_heading("Contact", their_time(reads.payload))
        for column, words in CONTACT_WORDS.items():
            _show_line(owner, column, words)


def _show_line(owner: Mapping[str, Any], column: str, words: str) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"wb-contact-{column}"):
        if owner.get(column):
            show_copyable(owner[column], key=f"wb-copy-{column}")
        else:
            show_note(f"No {words} known.")


def their_time(payload: Mapping[str, Any]) -> str:
    """The customer's hour now, for a call; empty where it is not known."""
    now = datetime.now(UTC)
    known = _zone(payload, now)
    return f"Their time {now.astimezone(known.zone):%H:%M} ({known.words})" if known else ""


def _zone(payload: Mapping[str, Any], now: datetime) -> CustomerZone | None:
    account = json.loads(payload["account_json"]) if payload.get("account_json") else {}
    return zone_of_address(address_of_customer(object_of(account)), now)

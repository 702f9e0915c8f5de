"""The contact card: the customer's phone and e-mail, ready to copy and to edit, and the hour where they are."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.casework.handover import primary_owner
from workbench.domain.links.zones import CustomerZone, address_of_customer, zone_of_address
from workbench.domain.payload import object_of
from workbench.domain.vocabulary import Standing
from workbench.ui.account.contact_edit import open_contact_edit
from workbench.ui.account.reads import AccountReads
from workbench.ui.html.labels import label
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_heading, show_note
from workbench.ui.live.permission import may

CONTACT_WORDS = {"phone_number": "phone", "email_address": "e-mail"}


def show_contact(account: dict[str, Any], reads: AccountReads) -> None:
    owner = primary_owner(reads.owners.rows)
    with st.container(border=True, gap="xsmall", key="wb-contact"):
        show_heading("Contact", their_time(reads.payload) if may(Act.SEE_CONTACT) else "")
        for column, words in CONTACT_WORDS.items():
            _show_line(account, owner, column, words)


def _show_line(account: dict[str, Any], owner: Mapping[str, Any], column: str, words: str) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key=f"wb-contact-{column}"):
        if owner.get(column) and not may(Act.SEE_CONTACT):
            show_note(owner[column])
        elif owner.get(column):
            show_copyable(owner[column], key=f"wb-copy-{column}")
        else:
            show_note(f"No {words} known.")
        if account["standing"] != Standing.CLOSED and may(Act.UPDATE_ACCOUNT):
            args = (account["client_account_id"], column)
            st.button(label("Edit {}", words), key=f"wb-edit-{column}", on_click=open_contact_edit, args=args)


def their_time(payload: Mapping[str, Any]) -> str:
    """The customer's hour now, for a call; empty where it is not known."""
    now = datetime.now(UTC)
    known = _zone(payload, now)
    return f"Their time {now.astimezone(known.zone):%H:%M} ({known.words})" if known else ""


def _zone(payload: Mapping[str, Any], now: datetime) -> CustomerZone | None:
    account = json.loads(payload["account_json"]) if payload.get("account_json") else {}
    return zone_of_address(address_of_customer(object_of(account)), now)

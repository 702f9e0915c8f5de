"""The receipt page of one action: its outcome, what was sent, and what happened on the account since."""

from typing import Any

import htpy as h
import streamlit as st

from workbench.access.masking import masked_link
from workbench.access.policy import Act
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.moments import aware
from workbench.domain.second_person import OVERRIDE, WaitingEnd
from workbench.domain.words import code_word
from workbench.store import ActionRecord
from workbench.ui.account.head import find_account
from workbench.ui.account.timeline import show_timeline
from workbench.ui.activity.codes import read_codes
from workbench.ui.forms.receipts import show_receipt
from workbench.ui.frame.frame import show_freshness_of
from workbench.ui.frame.navigation import page_named
from workbench.ui.html.labels import label
from workbench.ui.html.markup import show_empty, show_facts, show_heading, show_html, show_note
from workbench.ui.live.cached_queries import read, read_of_account
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may
from workbench.ui.text.moments import ago_cell, clock_words
from workbench.ui.text.words import KIND_WORDS, link_word, recorded_day, standing_word

_DETAIL_LABELS = {
    "account_type": "Account type",
    "owners": "Owners",
    "changed": "Values changed",
    "unchanged": "Values unchanged",
    "acknowledged_by_us": "Acknowledged by us",
    "acknowledged_by_bakkt": "Acknowledged by Bakkt",
    "document_type": "Document",
    "document_side": "Side",
    "client_owner_id": "Owner",
    "issue_country": "Issued in",
    "expires_on": "Expires",
    "description": "Description",
    "client_document_id": "Document id",
    "file_kind": "File",
    "file_bytes": "Bytes",
    "removed": "File cleaned",
    OVERRIDE: "Declined consent overridden",
}
"""Labels for the recorded details of an action that people read; digests and keys are left out."""

_DAYS = frozenset({"acknowledged_by_us", "acknowledged_by_bakkt", "expires_on"})
_CODES = frozenset({"account_type", "document_type", "document_side"})


def show_action(action_id: str) -> None:
    """Show the receipt of one action, at an address that stays the same."""
    receipt = current_desk().actions.receipt(action_id)
    record = receipt.record if receipt else None
    account = find_account(record.client_account_id).first if record else {}
    _show_navigation(record, account)
    if receipt is None or record is None:
        show_empty("No action has this id.", "Look for it in the list on Activity.")
        return
    _show_title(record, account)
    left, right = st.columns([0.58, 0.42], gap="large")
    with left:
        show_receipt(receipt)
    with right:
        _show_sent(record)
        if account:
            _show_account_now(account)
            _show_since(record)


def _show_navigation(record: ActionRecord | None, account: dict[str, Any]) -> None:
    left, right = st.columns([0.5, 0.5], vertical_alignment="center")
    with left, st.container(key="wb-back", horizontal=True, gap="medium", vertical_alignment="center"):
        _show_way_back()
        if record is not None:
            st.page_link(
                page_named("customers"), label="Go to account", query_params={"account": record.client_account_id}
            )
    with right:
        show_freshness_of(account)


def _show_way_back() -> None:
    """Show the way back to the list from which the address says that the receipt was opened."""
    codes, _ = read_codes([row["actor"] for row in read("actions/actors").rows])
    words = label("← Activity · page {}", codes.page) if codes.page > 1 else label("← Activity")
    st.page_link(page_named("actions"), label=words, query_params=codes.address)


def _show_title(record: ActionRecord, account: dict[str, Any]) -> None:
    name = account.get("display_name")
    who = f"{name} · {standing_word(account['standing'])} · " if name else ""
    show_html(
        h.h1(".wb-answer")[KIND_WORDS[record.kind]],
        h.p(".wb-lead.wb-name")[who, h.span(".wb-id")[record.client_account_id]],
    )


def _was_never_sent(record: ActionRecord) -> bool:
    """Whether it waits for a second person, or waited and was not confirmed."""
    return record.waiting is not None and record.waiting.ended_as is not WaitingEnd.CONFIRMED


def _show_sent(record: ActionRecord) -> None:
    show_heading(
        "What would be sent" if _was_never_sent(record) else "What was sent", "names and counts; values are not stored"
    )
    details = {words: record.what.get(name) for name, words in _DETAIL_LABELS.items()}
    codes = {_DETAIL_LABELS[name]: code_word(record.what.get(name)) for name in _CODES}
    days = {_DETAIL_LABELS[name]: recorded_day(record.what.get(name)) for name in _DAYS}
    facts = {**details, **codes, **days}
    if any(facts.values()):
        show_facts(facts)
    else:
        show_note("The request contains only the account id.")


def _show_account_now(account: dict[str, Any]) -> None:
    """Show what a person needs to know to settle the action."""
    show_heading("The account now")
    used = account["expirations_used"]
    show_facts(
        {
            "State": standing_word(account["standing"]),
            "Since": ago_cell(account["standing_since"], is_undated=account["standing_undated"]),
            "Can trade": {True: "yes", False: "no", None: "not read"}[account["can_trade_crypto"]],
            "Link": link_word(account["link_state"]),
            "Link expires": clock_words(account["link_expires_at"]),
            "Link URL": masked_link(account["link_url"]) if account["link_url"] and may(Act.SEE_LINK) else None,
            "Links": f"{used} of {LINKS_ALLOWED} expired" if used else None,
            "Last read": ago_cell(account["read_at"]) or "not read yet",
            "Last event": ago_cell(account["last_event_at"]),
        }
    )


def _show_since(record: ActionRecord) -> None:
    """Show the account's timeline since the action, without the action itself."""
    started_at = aware(record.started_at)
    since_words = "since somebody asked for it" if _was_never_sent(record) else "since it was sent"
    entries = read_of_account("accounts/timeline", record.client_account_id).rows
    since = [
        entry
        for entry in entries
        if aware(entry["happened_at"]) >= started_at and entry["reference"] != record.action_id
    ]
    if since:
        show_note(f"Seen on the account {since_words}:")
        show_timeline(since)
    else:
        show_note(f"Nothing has happened on the account {since_words}.")
        _offer_read_back(record.client_account_id)


def _offer_read_back(client_account_id: str) -> None:
    if may(Act.SYNC) and st.button("Read the account from Bakkt", key="wb-read-back"):
        current_desk().background.read_back.mark_due([client_account_id])

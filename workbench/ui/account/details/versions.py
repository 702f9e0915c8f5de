"""After an update: whether Bakkt's copy shows it, and three versions to compare if someone else changed the account."""

from datetime import datetime

import htpy as h
import streamlit as st
from htpy import Element

from workbench.actions import Receipt
from workbench.actions.settling.read_back import ReadBackMatch, match_read_back
from workbench.bakkt.lossless_json import read_json
from workbench.domain.moments import aware
from workbench.domain.updates.answers import read_form
from workbench.domain.updates.versions import ThreeVersions, side_by_side
from workbench.domain.vocabulary import ActionKind
from workbench.store import ActionRecord
from workbench.ui.account.details.edit_session import EditSession
from workbench.ui.account.details.review import value_words
from workbench.ui.frame.failures import shown_errors
from workbench.ui.html.markup import show_heading, show_html, show_sentence
from workbench.ui.live.cached_queries import read_of_account
from workbench.ui.live.watching import may_rerun_page
from workbench.ui.text.moments import clock_words, day_here

_POLL_EVERY = "2s"


def show_versions(session: EditSession) -> None:
    """Show every value that differs between the copy first read, Bakkt's latest and mine, with conflicts marked."""
    now = session.bakkt_now
    if now is None:
        return
    edits = read_form(session.content, day_here()).edits
    rows = side_by_side(session.held.request, now.request, edits)
    disputed = sum(row.is_conflict for row in rows)
    show_heading("Three versions side by side", f"{disputed} changed on both sides" if disputed else "")
    head = [h.th(scope="col")[words] for words in ("Field", "As first read", "Bakkt's latest", "Mine")]
    table = h.table(".wb-grid")[h.thead[h.tr[head]], h.tbody[[_version_row(row) for row in rows]]]
    show_html(h.div(".wb-scroll")[table])


def _version_row(row: ThreeVersions) -> Element:
    mark = row.is_conflict and [" ", h.span(".wb-amber")["conflict"]]
    values = (value_words(row.path, value) for value in (row.read, row.now, row.mine))
    return h.tr[h.th(scope="row")[h.span(".wb-id")[row.name], mark], [h.td[value] for value in values]]


def show_read_back(receipt: Receipt) -> None:
    """Say whether the copy that was read back shows what was sent; checks again until it has been read."""
    record = receipt.record
    if record is None or record.kind is not ActionKind.UPDATE_ACCOUNT:
        return
    words = _read_back_words(record)
    if words:
        _show_status(words)
    else:
        st.fragment(_poll_read_back, run_every=_POLL_EVERY)(record)


def _poll_read_back(record: ActionRecord) -> None:
    with shown_errors():
        if _read_back_words(record) and may_rerun_page():
            st.rerun()
        _show_status("Reading the account back…")


def _read_back_words(record: ActionRecord) -> str:
    """What the stored copy shows; "" while it is older than the update."""
    row = read_of_account("accounts/payload", record.client_account_id).first
    read_at = row.get("read_at")
    if not isinstance(read_at, datetime) or record.finished_at is None or aware(read_at) < record.finished_at:
        return ""
    _, account = read_json(str(row["account_json"]).encode())
    return f"{_SHOWN_WORDS[match_read_back(record, account['request'])]}, read at {clock_words(read_at)}."


_SHOWN_WORDS = {
    ReadBackMatch.SENT: "Bakkt's copy shows the update",
    ReadBackMatch.HELD: "Bakkt's copy does not show the update yet",
    ReadBackMatch.NEITHER: "Bakkt's copy shows neither the update nor the earlier values: someone has changed it since",
}


def _show_status(words: str) -> None:
    show_sentence(words, role="status")

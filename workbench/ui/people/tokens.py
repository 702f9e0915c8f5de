"""Tokens with which programs ask the API: made for a time, shown once and revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element

from workbench.casework.api_tokens import DAYS_TO_CHOOSE
from workbench.domain.errors import WorkbenchError
from workbench.domain.words import count, plural
from workbench.ui.forms.emptied import empty_if_done, rerun_done
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import label, literal
from workbench.ui.html.live_markup import show_copyable, show_live
from workbench.ui.html.markup import show_empty, show_heading, show_html, show_note, show_sentence
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.while_shown import keep, kept
from workbench.ui.text.moments import ago_cell, reader_zone
from workbench.ui.text.words import ago, exact, hours_since, until
from workbench.web.api_tokens import Scope

Row = Mapping[str, Any]
SCOPE_WORDS = {
    Scope.READ: "Read figures and lists",
    Scope.PERSONAL: "Names and contact details",
    Scope.OPERATE: "Sync, import, replay, publish",
}
_USUAL_DAYS = 90
_HEADS = ("Name", "Scopes", "Expires", "Last used", "")
_FORM = "wb-token"
_MADE, _ASKED, _NOTICE = "wb-token-made", "wb-token-asked", "api tokens"
_REVOKED_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Made:
    name: str
    secret: str = field(repr=False)


def show_tokens() -> None:
    """Show the tokens and how to make one; a new one is shown until this page is left."""
    show_heading("API tokens")
    show_notice(_NOTICE)
    with st.expander("Make a token", key="wb-token-making"):
        _ask()
    made = kept(_MADE, _Made)
    if made is not None:
        show_sentence(f"The token {made.name}. Copy it now: it is not shown again.", role="status")
        show_copyable(made.secret, key="wb-token-secret")
    rows = read_uncached("people/tokens").rows
    in_force = [row for row in rows if row["revoked_at"] is None]
    _show_question(in_force)
    _show_ending(in_force)
    _show_in_force(in_force)
    _show_revoked([row for row in rows if row["revoked_at"] is not None])


def _ask() -> None:
    empty_if_done(_FORM, {"wb-token-name": ""})
    with st.form(_FORM, border=False):
        name = st.text_input("Name of the program", key="wb-token-name", max_chars=60, placeholder="nightly-report")
        scopes = st.multiselect(
            "What it may do",
            list(Scope),
            default=[Scope.READ],
            format_func=lambda scope: literal(SCOPE_WORDS[scope]),
            key="wb-token-scopes",
        )
        days = st.radio(
            "It expires after",
            DAYS_TO_CHOOSE,
            index=DAYS_TO_CHOOSE.index(_USUAL_DAYS),
            format_func=lambda days: literal(plural(days, "day")),
            horizontal=True,
            key="wb-token-days",
        )
        is_sent = st.form_submit_button("Make token")
    if is_sent:
        with shown_errors():
            desk = current_desk()
            keep(_MADE, _Made(name.strip(), desk.api_tokens.make(desk.acting, name, scopes, days)))
            rerun_done(_FORM)


def _show_ending(rows: Sequence[Row]) -> None:
    """Warn of tokens that end within days, and of those whose programs are refused already."""
    expired = ", ".join(row["token_name"] for row in rows if row["is_expired"])
    ending = ", ".join(row["token_name"] for row in rows if row["is_ending"])
    refused = f"Expired, so that their programs are refused: {expired}. Make new tokens for them, and revoke these."
    soon = f"These expire within a week: {ending}. Make new ones, and give them to the programs."
    if expired:
        show_html(h.p(".wb-lead.wb-red", role="status")[refused])
    if ending:
        show_html(h.p(".wb-lead.wb-amber", role="status")[soon])


def _show_in_force(rows: Sequence[Row]) -> None:
    if not rows:
        show_empty("No tokens.", "This machine's command line needs none.")
        return
    table = h.table(".wb-people")[
        h.thead[h.tr[[h.th(scope="col")[name] for name in _HEADS]]],
        h.tbody[[_row(row) for row in rows]],
    ]
    show_live(h.div(".wb-scroll", tabindex="0")[table], key="wb-tokens", on_pick=ask_to_revoke)


def _row(row: Row) -> Element:
    name, made = f"Revoke: {row['token_name']}", ago_cell(row["made_at"])
    by = f"Made {made.text if made else 'some time ago'} by {row['made_by']}"
    return h.tr[
        h.th(scope="row", title=row["token_name"])[
            row["token_name"], h.div(".wb-note", title=made.note if made else None)[by]
        ],
        h.td[row["scopes"].replace("+", ", ")],
        _expiry(row),
        _last_used(row["last_used_at"]),
        h.td[h.button(".wb-button", type="button", data_pick=row["token_id"], aria_label=name)["Revoke"]],
    ]


def _expiry(row: Row) -> Element:
    at, now = row["expires_at"], datetime.now(UTC)
    tone = {"wb-red": row["is_expired"], "wb-amber": row["is_ending"]}
    words = ago(hours_since(at, now)) if row["is_expired"] else until(-hours_since(at, now))
    return h.td(class_=tone, title=exact(at, reader_zone()))[f"expired {words}" if row["is_expired"] else words]


def _last_used(at: datetime | None) -> Element:
    cell = ago_cell(at)
    return h.td(title=cell.note if cell else None)[cell.text if cell else "never"]


def _show_revoked(rows: Sequence[Row]) -> None:
    if rows:
        names = ", ".join(row["token_name"] for row in rows[:_REVOKED_SHOWN])
        more = f" and {count(len(rows) - _REVOKED_SHOWN)} more" if len(rows) > _REVOKED_SHOWN else ""
        show_note(f"Revoked: {names}{more}.")


def ask_to_revoke(token_id: str) -> None:
    keep(_ASKED, token_id)


def _show_question(rows: Sequence[Row]) -> None:
    """Ask before a token of the list is revoked: what a browser says is not trusted."""
    asked = kept(_ASKED, str)
    found = next((row for row in rows if row["token_id"] == asked), None)
    if found is None:
        return
    name = found["token_name"]
    show_sentence(f"Revoke {name}? Programs that use it are refused at once. This cannot be undone.", role="alert")
    with st.container(horizontal=True, gap="small"):
        st.button(label("Revoke {}", name), key="wb-token-revoke", type="primary", on_click=revoke, args=(found,))
        st.button("Keep it", key="wb-token-keep", on_click=ask_to_revoke, args=("",))


def revoke(token: Row) -> None:
    desk = current_desk()
    try:
        desk.api_tokens.revoke(desk.acting, token["token_id"])
        keep_message(_NOTICE, f"{token['token_name']} is revoked.")
    except WorkbenchError as error:
        keep_error(_NOTICE, error)


def tokens_made_by(name: str) -> list[str]:
    """Return the names of the tokens in force that somebody of this name made."""
    rows = read_uncached("people/tokens").rows
    return [row["token_name"] for row in rows if row["made_by"] == name and row["revoked_at"] is None]

"""Tokens with which programs ask the API: made, shown once and revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import htpy as h
import streamlit as st
from htpy import Element

from workbench.domain.errors import WorkbenchError
from workbench.domain.words import count
from workbench.ui.frame.failures import shown_errors
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.labels import label, literal
from workbench.ui.html.live_markup import show_copyable, show_live
from workbench.ui.html.markup import show_empty, show_heading, show_note, show_sentence
from workbench.ui.live.cached_queries import read_uncached
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.while_shown import keep, kept
from workbench.ui.text.moments import ago_cell
from workbench.web.api_tokens import Scope

Row = Mapping[str, Any]
SCOPE_WORDS = {
    Scope.READ: "Read figures and lists",
    Scope.PERSONAL: "Names and contact details",
    Scope.OPERATE: "Sync, import, replay, publish",
}
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
    _show_in_force(in_force)
    _show_revoked([row for row in rows if row["revoked_at"] is not None])


def _ask() -> None:
    with st.form("wb-token", border=False, clear_on_submit=True):
        name = st.text_input("Name of the program", key="wb-token-name", max_chars=60, placeholder="nightly-report")
        scopes = st.multiselect(
            "What it may do",
            list(Scope),
            default=[Scope.READ],
            format_func=lambda scope: literal(SCOPE_WORDS[scope]),
            key="wb-token-scopes",
        )
        is_sent = st.form_submit_button("Make token")
    if is_sent:
        with shown_errors():
            desk = current_desk()
            keep(_MADE, _Made(name.strip(), desk.api_tokens.make(desk.acting, name, scopes)))


def _show_in_force(rows: Sequence[Row]) -> None:
    if not rows:
        show_empty("No tokens.", "This machine's command line needs none.")
        return
    table = h.table(".wb-people")[
        h.thead[h.tr[[h.th(scope="col")[name] for name in ("Name", "Scopes", "Made", "")]]],
        h.tbody[[_row(row) for row in rows]],
    ]
    show_live(h.div(".wb-scroll", tabindex="0")[table], key="wb-tokens", on_pick=ask_to_revoke)


def _row(row: Row) -> Element:
    made = ago_cell(row["made_at"])
    name = f"Revoke: {row['token_name']}"
    return h.tr[
        h.th(scope="row")[row["token_name"]],
        h.td[row["scopes"].replace("+", ", ")],
        h.td(title=made.note if made else None)[f"{made.text if made else '–'} by {row['made_by']}"],
        h.td[h.button(".wb-button", type="button", data_pick=row["token_id"], aria_label=name)["Revoke"]],
    ]


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

"""From an account back to the very list that it was opened from, and on to its neighbours there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from workbench.domain.words import count
from workbench.ui.backlog.codes import ListCodes, list_in_address
from workbench.ui.backlog.lists import count_rows, is_listed, read_page
from workbench.ui.backlog.navigation import name_of
from workbench.ui.frame.frame import show_freshness_of
from workbench.ui.frame.navigation import HOME, page_named
from workbench.ui.html.labels import Label, label, literal
from workbench.ui.html.markup import show_note
from workbench.ui.live.cached_queries import read
from workbench.ui.tables.pages import ROWS_A_PAGE, offset_of

PREVIOUS_KEY, NEXT_KEY = "Alt+Up", "Alt+Down"
_LAST_SEEN = "wb-walk"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account is in its list, from 0; with ``has_left``, where it was, and its successor is now."""

    codes: ListCodes
    position: int
    total: int
    has_left: bool = False

    @property
    def before(self) -> int:
        return self.position - 1

    @property
    def after(self) -> int:
        return self.position if self.has_left else self.position + 1


def show_way_back(account: Mapping[str, Any], client_account_id: str) -> None:
    """Show the way back to the list that the address names, and to the accounts before and after this one in it."""
    codes = list_in_address()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="wb-way-back"):
        with st.container(key="wb-back", width="content"):
            _show_link(codes)
        if codes is not None:
            _show_steps(find_place(codes, client_account_id), client_account_id)
        show_freshness_of(account)


def _show_link(codes: ListCodes | None) -> None:
    if codes is None:
        st.page_link(page_named("customers"), label="← All customers")
    else:
        st.page_link(page_named(HOME), label=back_label(codes), query_params=codes.address)


def back_label(codes: ListCodes) -> Label:
    name = literal(name_of(codes.shown_view))
    return label("← {} · page {}", name, codes.page) if codes.page > 1 else label("← {}", name)


def find_place(codes: ListCodes, client_account_id: str) -> Place:
    """Look for the account on its page of the list and those beside it, as the list may have moved meanwhile."""
    total = count_rows(codes, read("backlog/counts").first)
    for page in (codes.page, codes.page - 1, codes.page + 1):
        ids = _ids_on(codes, page) if page > 0 else []
        if client_account_id in ids:
            position = offset_of(page) + ids.index(client_account_id)
            st.session_state[_LAST_SEEN] = (codes.view, client_account_id, position)
            return Place(codes.on_page(page), position, total)
    return Place(codes, min(_last_seen(codes, client_account_id), total), total, has_left=True)


def _last_seen(codes: ListCodes, client_account_id: str) -> int:
    """Where this tab last saw the account in the list; if it never did, where its page begins."""
    view, name, position = st.session_state.get(_LAST_SEEN, ("", "", 0))
    return position if (view, name) == (codes.view, client_account_id) else offset_of(codes.page)


def _show_steps(place: Place, client_account_id: str) -> None:
    _show_step("‹", PREVIOUS_KEY, "previous", _id_at(place, place.before), place)
    if place.has_left:
        moved = is_listed(place.codes, client_account_id)
        show_note(
            "This account has moved in the list." if moved else "This account has left the list.",
            tone="wb-amber",
            role="status",
        )
    else:
        show_note(f"{count(place.position + 1)} of {count(place.total)}")
    _show_step("›", NEXT_KEY, "next", _id_at(place, place.after), place)


def _show_step(sign: str, shortcut: str, name: str, neighbour: tuple[str, int] | None, place: Place) -> None:
    address = {"account": neighbour[0], **place.codes.on_page(neighbour[1]).address, **_tab()} if neighbour else {}
    st.button(
        label("{}", sign),
        key=f"wb-walk-{name}",
        shortcut=shortcut,
        type="tertiary",
        disabled=neighbour is None,
        on_click=st.query_params.from_dict,
        args=(address,),
    )


def _tab() -> dict[str, str]:
    """The tab of the account page, which stays open from one account to the next."""
    return {"tab": st.query_params["tab"]} if "tab" in st.query_params else {}


def _id_at(place: Place, position: int) -> tuple[str, int] | None:
    """The account at this position of the list and its page; None before the first and behind the last."""
    if not 0 <= position < place.total:
        return None
    page, row = position // ROWS_A_PAGE + 1, position % ROWS_A_PAGE
    ids = _ids_on(place.codes, page)
    return (ids[row], page) if row < len(ids) else None


def _ids_on(codes: ListCodes, page: int) -> list[str]:
    ids: list[str] = read_page(codes.on_page(page)).table["client_account_id"].to_pylist()
    return ids

"""What each owner holds, who manages the entity, and whether an owner is a business: asked once and recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

import htpy as h
import streamlit as st

from workbench.access.policy import Act
from workbench.casework.kyb_records import read_owner_facts, record_owner_facts
from workbench.domain.errors import WorkbenchError
from workbench.domain.kyb.owner_facts import NOTHING_RECORDED, OwnerFacts
from workbench.domain.text import one_line
from workbench.ui.frame.notices import keep_error, keep_message, show_notice
from workbench.ui.html.markup import show_heading, show_lines, show_note
from workbench.ui.live.current_desk import current_desk
from workbench.ui.live.permission import may

_YES, _NO = "Yes", "No"


def show_owner_facts(client_account_id: str, owners: Sequence[dict[str, Any]]) -> None:
    """Show what is recorded about each owner, and ask about one of whom something is missing."""
    recorded = read_owner_facts(current_desk().store.read_rows, client_account_id)
    known = sum(is_complete(recorded.get(_id_of(owner))) for owner in owners)
    show_heading("Owners: shares and management", f"{known} of {len(owners)} recorded")
    show_lines([[h.bdi[_name_of(owner)], f": {_words_of(owner, recorded)}"] for owner in owners])
    open_owners = [owner for owner in owners if not is_complete(recorded.get(_id_of(owner)))]
    if not may(Act.RECORD_KYB):
        return
    with st.expander("Record what an owner holds and who manages", expanded=bool(open_owners)):
        _ask(client_account_id, [*open_owners, *(one for one in owners if one not in open_owners)], recorded)
    show_notice(_notice_name(client_account_id))


def is_complete(facts: OwnerFacts | None) -> bool:
    if facts is None or facts.share_percent is None:
        return False
    return facts.manages is not None or bool(facts.is_business)


def _words_of(owner: Mapping[str, Any], recorded: Mapping[str, OwnerFacts]) -> str:
    return recorded.get(_id_of(owner), NOTHING_RECORDED).in_words or "nothing recorded"


def _ask(client_account_id: str, owners: Sequence[dict[str, Any]], recorded: Mapping[str, OwnerFacts]) -> None:
    show_note(
        "The checklist asks for an identity document of everyone who holds more than 25% or manages the entity, and of "
        "owners of whom nothing is recorded. Of those who manage, Bakkt needs one: mark the others as met another way."
    )
    owner = st.selectbox(
        "Owner",
        owners,
        format_func=lambda one: one_line(_name_of(one)),
        key=f"wb-owner-facts-{client_account_id}-{len(recorded)}",
    )
    if owner is None:
        return
    before, scope = recorded.get(_id_of(owner), NOTHING_RECORDED), f"{client_account_id}-{_id_of(owner)}"
    share = st.number_input(
        "Share of equity, in %",
        min_value=0.0,
        max_value=100.0,
        value=before.share_percent,
        key=f"wb-owner-share-{scope}",
        placeholder="Not known yet",
    )
    manages = _ask_if_managing(before.manages, f"wb-owner-manages-{scope}")
    if st.button("Record this owner", key="wb-owner-facts-record"):
        _record(client_account_id, owner, OwnerFacts(share, manages, before.is_business))


def _ask_if_managing(known: bool | None, key: str) -> bool | None:
    index = None if known is None else [True, False].index(known)
    chosen = st.radio(
        "Significant responsibility for managing the entity?", [_YES, _NO], index=index, horizontal=True, key=key
    )
    return None if chosen is None else chosen == _YES


def _record(client_account_id: str, owner: Mapping[str, Any], facts: OwnerFacts) -> None:
    where = _notice_name(client_account_id)
    try:
        record_owner_facts(current_desk().actions, client_account_id, _id_of(owner), facts)
    except WorkbenchError as error:
        keep_error(where, error)
    else:
        keep_message(where, "Recorded. The checklist and the form go by it from now on.")
    st.rerun()


def _id_of(owner: Mapping[str, Any]) -> str:
    return owner["client_owner_id"] or ""


def _name_of(owner: Mapping[str, Any]) -> str:
    name = " ".join(filter(None, (owner["given_name"], owner["family_name"])))
    return f"{name} ({owner['client_owner_id']})" if owner["client_owner_id"] else name or "The owner"


def _notice_name(client_account_id: str) -> str:
    return f"owner-facts-{client_account_id}"

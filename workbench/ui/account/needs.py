"""What an account still needs, each line with its button."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import htpy as h
import streamlit as st
from htpy import Node

from workbench.access.policy import Act
from workbench.domain.account.completeness import IDENTITY_DOCUMENT
from workbench.domain.account.field_words import field_words
from workbench.domain.kyb.checklist import MANAGING_PERSON
from workbench.domain.kyb.requirements import requirement_words
from workbench.domain.words import plural
from workbench.ui.account.owners import owner_name, owner_names_by_id
from workbench.ui.account.reads import AccountReads
from workbench.ui.account.tabs import MISSING, open_tab
from workbench.ui.frame.navigation import DETAILS, DOCUMENTS, KYB
from workbench.ui.html.labels import Label, label
from workbench.ui.html.markup import show_heading, show_html
from workbench.ui.live.permission import may
from workbench.ui.text.document_words import upload_codes
from workbench.ui.text.kyb_words import reason_words

_OWNER = re.compile(r"owners\[(\d+)\]\.")
FIELDS_NAMED = 6
_ACT_OF_BUTTON = {DETAILS: Act.UPDATE_ACCOUNT, DOCUMENTS: Act.UPLOAD_DOCUMENT, KYB: Act.RECORD_KYB}
"""What a person who uses the button will do on that tab."""


def show_needs(account: dict[str, Any], reads: AccountReads) -> None:
    """Show the requirements that are not met, the identity documents and the fields that are missing."""
    lines = [line for line in reads.checklist if not line["is_met"]] if account["is_entity"] else []
    lacking = lacking_identity(reads)
    fields = [field for field in reads.missing_fields if field not in lacking]
    names = owner_names_by_id(reads.owners.rows)
    total = len(lines) + len(lacking) + bool(fields)
    show_heading("Still needed", _met_words(account, reads) if total else "nothing")
    with st.container(gap="xxsmall"):
        for place, line in enumerate(lines):
            _show_requirement(line, place, names)
        for field in lacking:
            _show_identity_document(field, reads.owners.rows)
        if fields:
            _show_fields(fields)


def lacking_identity(reads: AccountReads) -> list[str]:
    """The paths of the identity documents that are missing."""
    return [field for field in reads.missing_fields if field.endswith(f".{IDENTITY_DOCUMENT}")]


def _met_words(account: dict[str, Any], reads: AccountReads) -> str:
    if not account["is_entity"]:
        return ""
    return f"{sum(line['is_met'] for line in reads.checklist)} of {len(reads.checklist)} requirements met"


def _show_requirement(line: Mapping[str, Any], place: int, names: Mapping[str, str]) -> None:
    owner_id = line["client_owner_id"]
    words = requirement_words(line["requirement"], names.get(owner_id, owner_id))
    if line["requirement"] == MANAGING_PERSON:
        _show_line(words, reason_words(line["reason"]), label("Record"), f"need-{place}", KYB, {})
    else:
        codes = upload_codes(line)
        _show_line(words, reason_words(line["reason"]), label("Upload"), f"need-{place}", DOCUMENTS, codes)


def _show_identity_document(field: str, owners: Sequence[Mapping[str, Any]]) -> None:
    words = f"Identity document of {owner_name(_owner_of(field, owners)) or 'an owner'}"
    codes = identity_codes(field, owners)
    _show_line(words, "lives outside the USA", label("Upload"), f"need-{field}", DOCUMENTS, codes)


def identity_codes(field: str, owners: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What the address says of the upload of the identity document that is missing there: ids and codes only."""
    owner_id = _owner_of(field, owners).get("client_owner_id")
    return {"type": "PASSPORT", **({"owner": owner_id} if owner_id else {})}


def _owner_of(field: str, owners: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    found = _OWNER.match(field)
    return owners[int(found[1])] if found and int(found[1]) < len(owners) else {}


def _show_fields(fields: Sequence[str]) -> None:
    named = [[", " if place else "", h.span(title=field)[field_words(field)]] for place, field in enumerate(fields)]
    more = f" and {len(fields) - FIELDS_NAMED} more" if len(fields) > FIELDS_NAMED else ""
    words = label("Fill in {}", plural(len(fields), "field"))
    _show_line("Missing data", [named[:FIELDS_NAMED], more], words, "need-fields", DETAILS, {"form": MISSING})


def _show_line(what: str, why: Node, words: Label, key: str, tab: str, codes: Mapping[str, str]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"wb-foot-{key}"):
        show_html(h.ul(".wb-checks")[h.li[what, " ", h.span[why]]])
        if may(_ACT_OF_BUTTON[tab]):
            st.button(words, key=f"wb-{key}", on_click=open_tab, args=(tab, dict(codes)))

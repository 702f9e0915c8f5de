"""Bakkt's latest payload, one expander per section, masked as everywhere."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.access.masking import masked_payload
from workbench.domain.account.unused_fields import note_on_answer, note_on_request
from workbench.domain.payload import object_of
from workbench.domain.updates.paths import Path, leaves, path_name, path_of
from workbench.ui.html.labels import Label, label, literal
from workbench.ui.html.live_markup import show_copyable
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import text
from workbench.ui.tables.tables import show_table
from workbench.ui.text.moments import clock_words

NoteOn = Callable[[Path], str]

_AGREEMENT_TEXT = re.compile(r"owners\[\d+\]\.agreements\[\d+\]\.text")
_SECTION_WORDS = {
    "owners": "Owners",
    "entity": "Entity",
    "investmentProfile": "Investment profile",
    "trustedContacts": "Trusted contacts",
}


def show_payload(payload: dict[str, Any]) -> None:
    """Bakkt's latest payload, one expander per section, masked as everywhere."""
    if not payload:
        return
    show_heading("Payload", f"read {clock_words(payload['read_at'])}; identity numbers, birth dates and streets masked")
    with st.container(gap="xxsmall"):
        _show_sections(payload)


def _show_sections(payload: dict[str, Any]) -> None:
    for title, tree, note_on in _sections(payload):
        with st.expander(title):
            _show_section(title, masked_payload(tree), note_on)


def _show_section(title: Label, tree: Any, note_on: NoteOn) -> None:
    rows = [{"field": name, "value": value, "note": note_on(path_of(name))} for name, value in flattened(tree)]
    columns = ["field", "value", *(["note"] if any(row["note"] for row in rows) else [])]
    table = pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in ("field", "value", "note")]))
    show_table(
        QueryResult(table, datetime.now(UTC)),
        columns,
        key=f"payload-{title}",
        rows_at_once=14,
        looks={"field": text("Field", 320), "value": text("Value"), "note": text("Note", 280)},
    )
    for position, (name, words) in enumerate(_agreement_texts(tree)):
        show_heading("Text of the agreement", name)
        show_copyable(words, key=f"wb-agreement-{position}")


def _agreement_texts(tree: Any) -> Iterator[tuple[str, str]]:
    """The texts of signed agreements with the path of each; a table shows only the beginning of one."""
    for name, value in flattened(tree):
        if _AGREEMENT_TEXT.fullmatch(name) and value:
            yield name, value


def _sections(payload: dict[str, Any]) -> Iterator[tuple[Label, Any, NoteOn]]:
    """The parts of the answers with their titles, and what to know about their fields."""
    account = dict(object_of(_parsed(payload["account_json"])))
    request = dict(object_of(account.pop("request", None)))
    for name in [name for name in _SECTION_WORDS if request.get(name)]:
        yield literal(_SECTION_WORDS[name]), {name: request.pop(name)}, note_on_request
    yield label("Rest of the request"), request, note_on_request
    yield label("Account"), account, note_on_answer
    yield label("Status"), _parsed(payload["status_json"]), note_on_answer
    yield label("Documents"), _parsed(payload["documents_json"]), lambda _: ""


def _parsed(body: str | None) -> Any:
    """Parse JSON, keeping numbers as text so that no digit is lost."""
    return json.loads(body, parse_int=str, parse_float=str) if body else {}


def flattened(tree: Any) -> Iterator[tuple[str, str]]:
    """Every value of a payload as text, with its path in the notation of Bakkt's refusals."""
    for path, value in leaves(tree):
        if path:
            yield path_name(path), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

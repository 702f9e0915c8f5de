"""Bakkt's latest payload, one expander per section, with identity numbers masked to the last four digits."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.access.masking import masked_payload
from workbench.domain.payload import object_of
from workbench.domain.updates.paths import leaves, path_name
from workbench.ui.html.labels import Label, label, literal
from workbench.ui.html.markup import show_heading
from workbench.ui.live.cached_queries import QueryResult
from workbench.ui.tables.columns import text
from workbench.ui.tables.tables import show_table
from workbench.ui.text.moments import clock_words

_SECTION_WORDS = {
    "owners": "Owners",
    "entity": "Entity",
    "investmentProfile": "Investment profile",
    "trustedContacts": "Trusted contacts",
}


def show_payload(payload: dict[str, Any]) -> None:
    """Bakkt's latest payload, one expander per section, with identity numbers masked to the last four digits."""
    if not payload:
        return
    show_heading("Payload", f"read {clock_words(payload['read_at'])}; identity numbers masked to the last four digits")
    with st.container(gap="xxsmall"):
        _show_sections(payload)


def _show_sections(payload: dict[str, Any]) -> None:
    for title, tree in _sections(payload):
        with st.expander(title):
            rows = [{"field": path, "value": value} for path, value in flattened(masked_payload(tree))]
            table = pa.Table.from_pylist(rows, pa.schema([("field", pa.string()), ("value", pa.string())]))
            show_table(
                QueryResult(table, datetime.now(UTC)),
                ["field", "value"],
                key=f"payload-{title}",
                rows_at_once=14,
                looks={"field": text("Field", 320), "value": text("Value")},
            )


def _sections(payload: dict[str, Any]) -> Iterator[tuple[Label, Any]]:
    account = dict(object_of(_parsed(payload["account_json"])))
    request = dict(object_of(account.pop("request", None)))
    for name in [name for name in _SECTION_WORDS if request.get(name)]:
        yield literal(_SECTION_WORDS[name]), {name: request.pop(name)}
    yield label("Rest of the request"), request
    yield label("Account"), account
    yield label("Status"), _parsed(payload["status_json"])
    yield label("Documents"), _parsed(payload["documents_json"])


def _parsed(body: str | None) -> Any:
    """Parse JSON, keeping numbers as text so that no digit is lost."""
    return json.loads(body, parse_int=str, parse_float=str) if body else {}


def flattened(tree: Any) -> Iterator[tuple[str, str]]:
    """Every value of a payload as text, with its path in the notation of Bakkt's refusals."""
    for path, value in leaves(tree):
        if path:
            yield path_name(path), value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

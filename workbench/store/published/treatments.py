"""What becomes of a column in the published copy, and the SQL that does it."""

from collections.abc import Callable
from enum import Enum

from duckdb.sqltypes import DuckDBPyType


class Treatment(Enum):
    """``CODE``: only a text of two or three capitals. ``DOCUMENT_ID``: of a JSON text only the document's id.

    ``HASH``: a keyed hash in the place of the text.
    """

    KEEP = "keep"
    EMPTY = "empty"
    CODE = "code"
    HASH = "hash"
    DOCUMENT_ID = "document_id"


Rule = Callable[[str, str], Treatment]
"""What becomes of a column, or of a field within one, by its name and the name of its type."""

KEY = "$key"


def published_expression(name: str, kind: DuckDBPyType, rule: Rule) -> str:
    """SQL for the column as it is published: with the same name and type, so that views and queries fit."""
    return f"{_expression(_quoted(name), name, kind, rule)} as {_quoted(name)}"


def is_emptied(name: str, kind: DuckDBPyType, rule: Rule) -> bool:
    return not _has_fields(kind) and rule(name, _plain_type(kind)) is Treatment.EMPTY


def _expression(value: str, name: str, kind: DuckDBPyType, rule: Rule) -> str:
    if _has_fields(kind):
        return _nested(value, kind, rule)
    match rule(name, _plain_type(kind)):
        case Treatment.KEEP:
            return value
        case Treatment.CODE:
            return f"case when regexp_full_match({value}, '[A-Z]{{2,3}}') then {value} end"
        case Treatment.HASH:
            return _hashed(value, kind)
        case Treatment.DOCUMENT_ID:
            document_id = f"json_extract_string({value}, '$.client_document_id')"
            return f"case when json_valid({value}) then json_object('client_document_id', {document_id})::varchar end"
    return f"null::{kind}"


def _hashed(value: str, kind: DuckDBPyType) -> str:
    """Of a list, each text on its own, so that what two lists share can still be seen."""
    if kind.id == "list":
        return f"list_transform({value}, lambda one: {_hashed('one', _item_of(kind))})"
    return f"case when {value} is not null then left(sha256({KEY} || {value}), 32) end"


def _nested(value: str, kind: DuckDBPyType, rule: Rule) -> str:
    if kind.id == "list":
        return f"list_transform({value}, lambda one: {_nested('one', _item_of(kind), rule)})"
    fields = (
        f"{_quoted(name)} := {_expression(f'{value}.{_quoted(name)}', name, child, rule)}"
        for name, child in _children(kind)
    )
    return f"struct_pack({', '.join(fields)})"


def _has_fields(kind: DuckDBPyType) -> bool:
    """Whether it is a structure, or a list of structures."""
    return kind.id == "struct" or (kind.id == "list" and _item_of(kind).id == "struct")


def _children(kind: DuckDBPyType) -> list[tuple[str, DuckDBPyType]]:
    return [(name, child) for name, child in kind.children if isinstance(child, DuckDBPyType)]


def _item_of(kind: DuckDBPyType) -> DuckDBPyType:
    return _children(kind)[0][1]


def _plain_type(kind: DuckDBPyType) -> str:
    """Of a list, the type of what is in it."""
    return _plain_type(_item_of(kind)) if kind.id == "list" else str(kind.id)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

"""Reads Bakkt's JSON leniently: a value that is missing or of the wrong type counts as not there."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Payload = Mapping[str, Any]
"""A JSON object of Bakkt's as it was read, or a part of one."""

_NOTHING: Payload = {}


def text_of(value: object) -> str | None:
    """The value as it stands if it is text that is not blank, else None."""
    return value if isinstance(value, str) and value and not value.isspace() else None


def id_of(value: object) -> str | None:
    """The id without blanks around it, as ids are compared; None if it is not text or blank."""
    return trimmed_text_of(value) or None


def trimmed_text_of(value: object) -> str:
    """The text without spaces around it; empty if the value is not text."""
    return value.strip() if isinstance(value, str) else ""


def object_of(value: object) -> Payload:
    """The value if it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else _NOTHING


def list_of(value: object) -> Sequence[Any]:
    """The value if it is a JSON list, else an empty one."""
    return value if isinstance(value, list) else ()


def texts_of(value: object) -> list[str]:
    """The items of a list that are text and not blank."""
    return [item for item in list_of(value) if text_of(item) is not None]


def objects_of(value: object) -> list[Payload]:
    """The items of a list that are objects."""
    return [item for item in list_of(value) if isinstance(item, dict)]


def first_text_of(fields: Payload, names: Iterable[str]) -> str | None:
    """The first of the named fields that is text and not blank."""
    return next((text for name in names if (text := text_of(fields.get(name))) is not None), None)

"""Loads the published API contract and validates JSON against its schemas."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CONTRACT_FILE = Path(__file__).with_name("contract.yaml")

MISSING, WRONG_TYPE, NOT_ALLOWED, MALFORMED, RESTRICTED = 1001, 1002, 1003, 1004, 1005

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": dict,
    "array": list,
    "null": type(None),
}
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class FieldError:
    """A validation error at one field, identified by its path."""

    field: str
    code: int
    message: str
    rejected: Any = None


@cache
def contract() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(CONTRACT_FILE.read_text(encoding="utf-8"))
    return content


def check(schema_name: str, value: Any) -> Iterator[FieldError]:
    """Yield every violation of the named contract schema."""
    yield from _check(contract()["components"]["schemas"][schema_name], value, "")


def _check(schema: dict[str, Any], value: Any, path: str) -> Iterator[FieldError]:
    if "$ref" in schema:
        schema = {**contract()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]], **schema}
    wanted = schema.get("type")
    if wanted and not _is_of_type(value, wanted):
        yield FieldError(path, WRONG_TYPE, f"must be of type {wanted}", value)
    elif "enum" in schema and value not in schema["enum"]:
        code = NOT_ALLOWED if isinstance(value, str) else WRONG_TYPE
        yield FieldError(path, code, "is not one of the allowed values", value)
    elif isinstance(value, dict):
        yield from _check_object(schema, value, path)
    elif isinstance(value, list):
        yield from _check_list(schema, value, path)
    elif isinstance(value, str):
        yield from _check_text(schema, value, path)


def _is_of_type(value: Any, wanted: str | list[str]) -> bool:
    names = [wanted] if isinstance(wanted, str) else wanted
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _check_object(schema: dict[str, Any], value: dict[str, Any], path: str) -> Iterator[FieldError]:
    prefix = f"{path}." if path else ""
    for name in schema.get("required", ()):
        if name not in value:
            yield FieldError(prefix + name, MISSING, "is required")
    for name, part in schema.get("properties", {}).items():
        if name in value:
            yield from _check(part, value[name], prefix + name)


def _check_list(schema: dict[str, Any], value: list[Any], path: str) -> Iterator[FieldError]:
    if len(value) < schema.get("minItems", 0):
        yield FieldError(path, MISSING, f"must have at least {schema['minItems']} item")
    for place, item in enumerate(value):
        yield from _check(schema.get("items", {}), item, f"{path}[{place}]")


def _check_text(schema: dict[str, Any], value: str, path: str) -> Iterator[FieldError]:
    is_right_length = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    if not is_right_length:
        yield FieldError(path, MALFORMED, "has the wrong length", value)
    elif "pattern" in schema and not re.search(schema["pattern"], value):
        yield FieldError(path, MALFORMED, f"must match {schema['pattern']}", value)
    elif not is_in_format(value, schema.get("format")):
        yield FieldError(path, MALFORMED, f"must be a {schema['format']}", value)


def is_in_format(value: str, name: str | None) -> bool:
    if name == "uuid":
        return bool(_UUID.fullmatch(value))
    if name == "email":
        return bool(_EMAIL.fullmatch(value))
    try:
        if name == "date":
            return bool(_DATE.fullmatch(value)) and bool(date.fromisoformat(value))
        if name == "date-time":
            return bool(_DATE_TIME.fullmatch(value)) and bool(datetime.fromisoformat(value.upper()))
    except ValueError:
        return False
    return True

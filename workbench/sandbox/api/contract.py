"""Loads the published API contract and validates JSON against its schemas."""

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from email_validator import EmailNotValidError, validate_email
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError

CONTRACT_FILE = Path(__file__).with_name("contract.yaml")

MISSING, WRONG_TYPE, NOT_ALLOWED, MALFORMED, RESTRICTED = 1001, 1002, 1003, 1004, 1005

FORMATS = FormatChecker(["date"])
"""The formats of the contract. jsonschema itself has no date-time, and takes any text with an @ for an address."""

_FINDINGS = {
    "required": (MISSING, "is required"),
    "minItems": (MISSING, "must have at least {} item"),
    "type": (WRONG_TYPE, "must be of type {}"),
    "enum": (NOT_ALLOWED, "is not one of the allowed values"),
    "const": (NOT_ALLOWED, "must be {}"),
    "minLength": (MALFORMED, "has the wrong length"),
    "maxLength": (MALFORMED, "has the wrong length"),
    "pattern": (MALFORMED, "must match {}"),
    "format": (MALFORMED, "must be a {}"),
}
"""The code and the message of each keyword of the contract; jsonschema's own messages quote the value."""

_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})", re.IGNORECASE)


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


def check(schema_name: str, value: Any) -> list[FieldError]:
    """Return the errors in a value by the named contract schema, the first one of each field."""
    errors: dict[str, FieldError] = {}
    for violation in _validator(schema_name).iter_errors(value):
        for error in _field_errors(violation):
            errors.setdefault(error.field, error)
    return list(errors.values())


@cache
def _validator(schema_name: str) -> Draft202012Validator:
    """OpenAPI 3.1 writes its schemas in this dialect of JSON Schema."""
    schema = {"$ref": f"#/components/schemas/{schema_name}", "components": contract()["components"]}
    return Draft202012Validator(schema, format_checker=FORMATS)


def _field_errors(violation: ValidationError) -> Iterator[FieldError]:
    keyword = str(violation.validator)
    wanted: Any = violation.validator_value
    value: Any = violation.instance
    code, message = _FINDINGS[keyword]
    path, message = _path(violation.absolute_path), message.format(wanted)
    if keyword == "required":  # the violation does not say which name is missing
        yield from (FieldError(f"{path}.{name}".lstrip("."), code, message) for name in wanted if name not in value)
    elif keyword == "enum" and not isinstance(value, str):
        yield FieldError(path, WRONG_TYPE, message, value)
    else:
        yield FieldError(path, code, message, None if code == MISSING else value)


def _path(steps: Iterable[str | int]) -> str:
    """The path as Bakkt writes it: ``owners[0].identity.taxId``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")


@FORMATS.checks("uuid", raises=ValueError)
def _is_uuid(value: object) -> bool:
    return not isinstance(value, str) or str(uuid.UUID(value)) == value.lower()


@FORMATS.checks("email", raises=EmailNotValidError)
def _is_email(value: object) -> bool:
    """Bakkt does not say which addresses it refuses, so this is the widest check: all that mail can be sent to."""
    if isinstance(value, str):
        validate_email(
            value,
            check_deliverability=False,
            globally_deliverable=False,  # also ada@intranet
            test_environment=True,  # also ada@example.test, for invented customers
            allow_quoted_local=True,
            allow_domain_literal=True,
        )
    return True


@FORMATS.checks("date-time", raises=ValueError)
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return bool(_DATE_TIME.fullmatch(value)) and bool(datetime.fromisoformat(value.upper()))

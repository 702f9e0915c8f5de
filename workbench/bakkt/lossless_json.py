"""Reads and writes JSON without loss: big integers and decimals stay exact, nulls and Unicode unchanged."""

import json
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NoReturn

MAX_NESTING = 100
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_HALF_OF_A_SURROGATE_PAIR = re.compile(r"\\u[dD][89a-fA-F]")


class NotJsonError(ValueError):
    """The text is not JSON that can be stored; the message says why without quoting it."""


def read_json(body: bytes) -> tuple[str, Any]:
    """The body as text and as a value; raises NotJsonError, which never quotes the body."""
    text = _decode(body)
    value = _parse(text)
    if isinstance(value, _Fault):
        raise NotJsonError(value.reason)
    if text.count("{") + text.count("[") > MAX_NESTING and _depth(value) > MAX_NESTING:
        raise NotJsonError("it is nested too deeply")
    if _HALF_OF_A_SURROGATE_PAIR.search(text) and not _is_unicode(value):
        raise NotJsonError("it contains text that is not Unicode")
    return text, value


def is_json(body: bytes) -> bool:
    """Whether the body is JSON that can be stored, behind a byte order mark or not."""
    try:
        read_json(body.removeprefix(BYTE_ORDER_MARK))
    except NotJsonError:
        return False
    return True


def write_json(value: object) -> bytes:
    """The value as UTF-8 JSON; raises NotJsonError, without quoting it, for what JSON cannot express."""
    try:
        written = "".join(_write(value)).encode()
    except (UnicodeEncodeError, RecursionError, ValueError) as error:
        reason = str(error) if isinstance(error, NotJsonError) else "a value in it cannot be written"
    else:
        return written
    raise NotJsonError(reason)


class _Fault:
    def __init__(self, reason: str) -> None:
        self.reason = reason


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        pass
    raise NotJsonError("it is not UTF-8")


def _parse(text: str) -> Any:
    """The value, or a fault; the parser's errors carry the text, so none may leave this function."""
    try:
        return _DECODER.decode(text)
    except NotJsonError as error:
        return _Fault(str(error))
    except RecursionError:
        return _Fault("it is nested too deeply")
    except (ValueError, ArithmeticError):
        return _Fault("it is not JSON")


def _refuse_constant(constant: str) -> NoReturn:
    raise NotJsonError(f"{constant} is not a JSON number")


def _object_without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJsonError("an object in it has the same key twice")
    return members


_DECODER = json.JSONDecoder(
    parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object_without_repeats
)


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        level = [inner for item in level for inner in (item.values() if isinstance(item, dict) else item)]
    return depth


def _is_unicode(value: Any) -> bool:
    try:
        write_json(value)
    except NotJsonError:
        return False
    return True


def _write(value: object) -> Iterator[str]:
    match value:
        case None | bool() | str():
            yield json.dumps(value, ensure_ascii=False)
        case int():
            yield int.__repr__(value)
        case Decimal() if value.is_finite():
            yield str(value)
        case float() if math.isfinite(value):
            yield repr(value)
        case Mapping():
            yield from _write_object(value)
        case list() | tuple():
            yield from _write_array(value)
        case _:
            raise NotJsonError(f"a {type(value).__name__} cannot be written as JSON")


def _write_object(members: Mapping[object, object]) -> Iterator[str]:
    before = "{"
    for name, value in members.items():
        if not isinstance(name, str):
            raise NotJsonError("the key of an object is not text")
        yield f"{before}{json.dumps(name, ensure_ascii=False)}:"
        yield from _write(value)
        before = ","
    yield "}" if members else "{}"


def _write_array(items: list[object] | tuple[object, ...]) -> Iterator[str]:
    before = "["
    for item in items:
        yield before
        yield from _write(item)
        before = ","
    yield "]" if items else "[]"

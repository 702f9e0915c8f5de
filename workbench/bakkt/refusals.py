"""Turns an answer that is not 200 into an error with Bakkt's words and without the customer's data."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from workbench.bakkt.errors import (
    BakktDenied,
    BakktError,
    BakktNotFound,
    BakktRefused,
    BakktUnreachable,
    BakktUnreadable,
    FieldRefusal,
)
from workbench.bakkt.lossless_json import NotJsonError, read_json
from workbench.bakkt.wire.exchange import RawAnswer
from workbench.bakkt.wire.pacing import asked_to_wait
from workbench.bakkt.wire.retries import read_retry_after
from workbench.domain.scrubbing import Scrub, scrubber_of

MAX_FIELDS = 200
MAX_WORDS_LENGTH = 500
MAX_SCRUBBED_LENGTH = 20_000


def raise_for_refusal(
    received: RawAnswer, *, now: datetime, longest_retry_after: float, is_404_a_refusal: bool = False
) -> None:
    """Raise the error for the status; return for 200. The one place that maps Bakkt's refusals to our errors.

    A 404 on an upload means that the document was refused, not that an id is unknown (contract, "uploadDocument").
    """
    status = received.status
    if status == 200:
        return
    if status in {401, 403}:
        message = f"Bakkt answered {status}: it does not accept our key or IP address."
        raise BakktDenied(message, status=status, bakkt_words=_words_of(received))
    if status in {408, 429} or status >= 500:
        raise _unavailable(received, now, longest_retry_after)
    if 400 <= status < 500:
        raise _refused(received, is_404_a_refusal=is_404_a_refusal)
    raise BakktUnreadable(
        f"Bakkt answered {status}, which is not in its contract; redirects are not followed.",
        next_step="Check BAKKT_BASE_URL.",
        status=status,
    )


def _unavailable(received: RawAnswer, now: datetime, longest_retry_after: float) -> BakktError:
    seconds = read_retry_after(received.headers, now)
    if seconds is not None and seconds > longest_retry_after:
        return asked_to_wait(seconds, status=received.status)
    reasons = {408: "it waited too long for our request", 429: "we send requests faster than it allows"}
    reason = reasons.get(received.status, "the problem is on Bakkt's side")
    return BakktUnreachable(
        f"Bakkt answered {received.status}: {reason}.",
        status=received.status,
        retry_after_seconds=seconds,
        bakkt_words=_words_of(received),
    )


def _words_of(received: RawAnswer) -> str:
    body = _object_of(received)
    return _words(body, _scrubber(body))


def _refused(received: RawAnswer, *, is_404_a_refusal: bool) -> BakktRefused:
    body = _object_of(received)
    scrub = _scrubber(body)
    fields, words = tuple(_fields(body, scrub)), _words(body, scrub)
    if received.status == 404 and not is_404_a_refusal:
        return BakktNotFound("Bakkt answered 404: it does not know this id.", status=404, bakkt_words=words)
    codes = tuple(_codes(body, scrub))
    count = f" ({len(fields)} field{'s' if len(fields) > 1 else ''})" if fields else ""
    message = f"Bakkt answered {received.status}: it refused the request{count}."
    return BakktRefused(message, status=received.status, fields=fields, codes=codes, bakkt_words=words)


def _object_of(received: RawAnswer) -> dict[str, Any]:
    try:
        _, value = read_json(received.body)
    except NotJsonError:
        return {}
    return value if isinstance(value, dict) else {}


def _entries(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The refusals by field; a bare text among them is one that names no field."""
    for name in ("validationErrors", "details"):
        entries = body.get(name)
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield entry
            elif isinstance(entry, str) and entry.strip():
                yield {"message": entry}


def _fields(body: dict[str, Any], scrub: Scrub) -> Iterator[FieldRefusal]:
    for entry, _ in zip(_entries(body), range(MAX_FIELDS), strict=False):
        yield FieldRefusal(_kept(_text(entry, "field"), str), _words(entry, scrub))


def _words(entry: dict[str, Any], scrub: Scrub) -> str:
    """All that it says in words, each sentence once; its type only where it says nothing else."""
    texts = list(dict.fromkeys(filter(None, (_text(entry, name) for name in ("message", "detail", "description")))))
    whole = [text for text in texts if not any(text != other and text in other for other in texts)]
    return _kept(" · ".join(whole) or _text(entry, "type"), scrub)


def _codes(body: dict[str, Any], scrub: Scrub) -> Iterator[str]:
    yield from (_kept(code, scrub) for one in (body, *_entries(body)) if (code := _text(one, "type")))


def _text(entry: dict[str, Any], name: str) -> str:
    text = entry.get(name)
    return text.strip() if isinstance(text, str) else ""


def _kept(words: str, scrub: Scrub) -> str:
    clean = scrub(words[:MAX_SCRUBBED_LENGTH])
    return "".join(letter if letter.isprintable() else " " for letter in clean)[:MAX_WORDS_LENGTH]


def _scrubber(body: dict[str, Any]) -> Scrub:
    """Removes every rejected value and each word of it."""
    values = {text for entry in _entries(body) for text in _scalars(entry.get("rejectedValue")) if text.strip()}
    pieces = values | {word for value in values for word in re.findall(r"\w{3,}", value)}
    return scrubber_of(sorted(pieces, key=len, reverse=True)[:MAX_FIELDS])


def _scalars(value: object) -> Iterator[str]:
    match value:
        case None | bool():
            return
        case dict():
            for inner in value.values():
                yield from _scalars(inner)
        case list():
            for inner in value:
                yield from _scalars(inner)
        case _:
            yield str(value)

"""Ingesting deliveries from Bakkt: party events are counted, everything else is set aside with the reason.

No delivery is refused for an unknown status, reason or field (GUIDE, "Party events").
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

from workbench.bakkt.instants import read_first_expiry
from workbench.bakkt.lossless_json import BYTE_ORDER_MARK, NotJsonError, read_json, write_json
from workbench.bakkt.wire.connection import quote_segment
from workbench.domain.errors import InputError
from workbench.domain.facts import PartyEvent
from workbench.domain.links.links import LINK_EXPIRY_FIELDS, LINK_URL_FIELDS
from workbench.domain.payload import first_text_of, id_of, text_of
from workbench.events.packing import NotUnpackableError, TooLargeError, unpack
from workbench.store import SetAsideEvent, Store

PARTY_EVENT = "PARTY_EVENT"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery: the parsed body and when it was received."""

    received_at: datetime
    body: object
    raw: bytes | None = None
    """The bytes as received; None for a line of an archive."""


@dataclass(frozen=True, slots=True)
class IngestResult:
    """The result of ingesting a batch of deliveries."""

    counted: int
    repeated: int
    set_aside: int
    client_account_ids: tuple[str, ...] = ()
    """The accounts of all party events in the batch, including repeats."""


def read_delivery(received_at: datetime, raw: bytes) -> Delivery | SetAsideEvent:
    """The delivery in these bytes, packed or not; anything but valid JSON is set aside with the reason."""
    try:
        _, body = read_json(unpack(raw).removeprefix(BYTE_ORDER_MARK))
        write_json(body)
    except NotJsonError as error:
        return SetAsideEvent(received_at, f"not readable: {error}", sha256(raw).hexdigest(), None, raw)
    except (TooLargeError, NotUnpackableError):
        return SetAsideEvent(received_at, "not readable: it cannot be unpacked", sha256(raw).hexdigest(), None, raw)
    return Delivery(received_at, body, raw)


def ingest(store: Store, deliveries: Iterable[Delivery | SetAsideEvent]) -> IngestResult:
    """Stores every delivery and counts and applies each party event once. Raises StoreError if they cannot be saved."""
    classified = [one if isinstance(one, SetAsideEvent) else classify(one) for one in deliveries]
    events = [one for one in classified if not isinstance(one, SetAsideEvent)]
    others = [one for one in classified if isinstance(one, SetAsideEvent)]
    counted = store.land_events(events) if events else 0
    unreadable = store.land_set_aside(others) if others else 0
    ids = tuple(dict.fromkeys(client_account_id for client_account_id, _, _ in events))
    return IngestResult(counted, len(classified) - counted - unreadable, unreadable, ids)


def set_aside(delivery: Delivery, reason: str) -> SetAsideEvent:
    """The delivery as one to set aside for this reason."""
    content = _to_json(delivery.body)
    return SetAsideEvent(delivery.received_at, reason, _content_hash(delivery.body), content, delivery.raw)


def classify(delivery: Delivery) -> tuple[str, PartyEvent, str] | SetAsideEvent:
    """A party event as (clientAccountId, event, body), or the delivery to set aside."""
    body, content = delivery.body, _to_json(delivery.body)
    content_hash = _content_hash(body)
    problem = _set_aside_reason(body)
    if problem is not None or not isinstance(body, Mapping):
        return set_aside(delivery, problem or "not a JSON object")
    event = _party_event(body, delivery.received_at, content_hash)
    return _id(body, "partnerPartyRef") or "", event, content


def _to_json(body: object) -> str:
    try:
        return write_json(body).decode()
    except NotJsonError as error:
        raise InputError(f"A delivery cannot be stored: {error}.") from None


def _content_hash(body: object) -> str:
    return sha256(json.dumps(_comparable(body), sort_keys=True).encode()).hexdigest()


def _comparable(value: object) -> object:
    """A normalised value, so that equal contents compare equal: 1.0 equals 1.00, but not the text "1.0"."""
    if isinstance(value, Mapping):
        return {name: _comparable(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_comparable(member) for member in value]
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return {"a number": _normalized(Decimal(value))}
    return value


def _normalized(number: Decimal) -> str:
    sign, digits, exponent = number.as_tuple()
    text = "".join(map(str, digits))
    significant = text.rstrip("0")
    return f"{sign} {significant} {int(exponent) + len(text) - len(significant) if significant else 0}"


def _set_aside_reason(body: object) -> str | None:
    if not isinstance(body, Mapping):
        return "not a JSON object"
    if body.get("partnerWebhookType") != PARTY_EVENT:
        return "not a party event"
    absent = [name for name in ("requestId", "partnerPartyRef") if not _id(body, name)]
    if absent:
        return f"no {' and no '.join(absent)}"
    return None if _is_readable_id(_id(body, "partnerPartyRef") or "") else "partnerPartyRef is not a valid account id"


def _is_readable_id(client_account_id: str) -> bool:
    """Whether the id fits in Bakkt's URLs; otherwise the account could never be read."""
    try:
        quote_segment(client_account_id)
    except InputError:
        return False
    return True


def _party_event(body: Mapping[str, Any], received_at: datetime, content_hash: str) -> PartyEvent:
    return PartyEvent(
        received_at=received_at,
        request_id=_id(body, "requestId") or "",
        party_status=text_of(body.get("partyStatus")),
        reason_code=text_of(body.get("reasonCode")),
        link_url=first_text_of(body, LINK_URL_FIELDS),
        link_expires_at=read_first_expiry(body, LINK_EXPIRY_FIELDS),
        content_hash=content_hash,
    )


def _id(body: Mapping[str, Any], name: str) -> str | None:
    """An id as text without blanks around it; whole numbers are accepted too."""
    value = body.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else id_of(value)

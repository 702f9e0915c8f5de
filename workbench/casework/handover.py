"""Sending a stored link to the customer: the link, its expiry in their time zone and a message ready to send."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.domain.links.handover import expiry_in_words, message_for_customer
from workbench.domain.links.zones import CustomerZone, address_of_customer, zone_of_address
from workbench.domain.moments import aware
from workbench.domain.payload import object_of
from workbench.store import Store


@dataclass(frozen=True, slots=True)
class Handover:
    """A link with the texts for its customer. The URL and the message that contains it are secrets."""

    url: str = field(repr=False)
    expires_at: datetime
    is_live: bool
    expiry_text: str
    message: str = field(repr=False)


def prepare_handover(store: Store, client_account_id: str, *, with_name: bool = True) -> Handover | None:
    """The newest stored link of an account, or None. Bakkt is not called."""
    accounts = store.read_rows("accounts/one", client_account_id=client_account_id)
    if not accounts or not accounts[0]["link_url"]:
        return None
    account = accounts[0]
    expires_at = aware(account["link_expires_at"])
    zone = customer_zone(store, client_account_id, expires_at)
    return Handover(
        url=account["link_url"],
        expires_at=expires_at,
        is_live=account["link_state"] in {"live", "expiring"},
        expiry_text=expiry_in_words(expires_at, zone),
        message=message_for_customer(
            account["link_url"], expires_at, zone, _given_name(store, client_account_id) if with_name else None
        ),
    )


def customer_zone(store: Store, client_account_id: str, moment: datetime) -> CustomerZone | None:
    """The time zone of an account's customer at that moment, or None if the address does not determine it."""
    rows = store.read_rows("accounts/payload", client_account_id=client_account_id)
    payload = json.loads(rows[0]["account_json"]) if rows else {}
    return zone_of_address(address_of_customer(object_of(payload)), moment)


def _given_name(store: Store, client_account_id: str) -> str | None:
    owners: list[dict[str, Any]] = store.read_rows("accounts/owners", client_account_id=client_account_id)
    return next((owner["given_name"] for owner in owners), None)

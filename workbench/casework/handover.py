"""Sending a stored link to the customer: the link, its expiry in their time zone and a message ready to send."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from workbench.access.policy import Act
from workbench.actions.performing import Actions
from workbench.domain.account.choices import PRIMARY_OWNER
from workbench.domain.links.handover import expiry_in_words, message_for_customer, sms_for_customer
from workbench.domain.links.zones import CustomerZone, address_of_customer, zone_of_address
from workbench.domain.moments import aware
from workbench.domain.payload import object_of
from workbench.store import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handover:
    """A link with the texts for its customer. The URL and the message that contains it are secrets."""

    url: str = field(repr=False)
    expires_at: datetime
    is_live: bool
    expiry_text: str
    message: str = field(repr=False)
    sms: str | None = field(repr=False)
    """None if the link is too long for one SMS."""
    email_address: str = field(repr=False)
    phone_number: str = field(repr=False)


def prepare_handover(
    actions: Actions, client_account_id: str, *, with_name: bool = True, is_shown: bool = False
) -> Handover | None:
    """The newest stored link of an account, or None. Bakkt is not called.

    That it is disclosed is written down before, but not again while it is shown. Raises NotAllowedError.
    """
    store, acting = actions.store, actions.acting
    acting.require(Act.SEE_LINK) if is_shown else acting.begin(Act.SEE_LINK, client_account_id)
    accounts = store.read_rows("accounts/one", client_account_id=client_account_id)
    if not accounts or not accounts[0]["link_url"]:
        return None
    account = accounts[0]
    expires_at = aware(account["link_expires_at"])
    zone, now = customer_zone(store, client_account_id, expires_at), datetime.now(UTC)
    customer = primary_owner(store.read_rows("accounts/owners", client_account_id=client_account_id))
    return Handover(
        url=account["link_url"],
        expires_at=expires_at,
        is_live=account["link_state"] in {"live", "expiring"},
        expiry_text=expiry_in_words(expires_at, zone, now),
        message=message_for_customer(
            account["link_url"], expires_at, zone, now, customer.get("given_name") if with_name else None
        ),
        sms=sms_for_customer(account["link_url"], expires_at, zone, now),
        email_address=customer.get("email_address") or "",
        phone_number=customer.get("phone_number") or "",
    )


def log_channel(channel: str) -> None:
    """Writes into the log how a link left the desk, and nothing of whose it is."""
    logger.info("A verification link left the desk: %s", channel)


def customer_zone(store: Store, client_account_id: str, moment: datetime) -> CustomerZone | None:
    """The time zone of an account's customer at that moment, or None if the address does not determine it."""
    rows = store.read_rows("accounts/payload", client_account_id=client_account_id)
    payload = json.loads(rows[0]["account_json"]) if rows else {}
    return zone_of_address(address_of_customer(object_of(payload)), moment)


def primary_owner(owners: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The owner to contact: the primary one, else the first; empty if there is none."""
    primary = [owner for owner in owners if owner["role"] == PRIMARY_OWNER] or owners
    return primary[0] if primary else {}

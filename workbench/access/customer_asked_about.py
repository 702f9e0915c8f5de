"""Whose rows a query of the catalogue gives: the audit trail names the customer, whichever way somebody asks."""

from collections.abc import Mapping

from workbench.access.permitted import in_full
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue

_PARAMETER = "client_account_id"


def customer_asked_about(store: Store, name: str, given: Mapping[str, object]) -> str:
    """The id of the customer that a query is asked about, if there is one with that id: what else was given may be a
    name. Empty for rows of many. Raises StoreError.
    """
    asked = given.get(_PARAMETER)
    if not asked or name not in catalogue() or _PARAMETER not in catalogue()[name].defaults:
        return ""
    read = in_full(store).read_rows
    known = read("accounts/one", client_account_id=asked) or read("accounts/registration", client_account_id=asked)
    return str(known[0][_PARAMETER]) if known else ""


def with_customer(client_account_id: str, what: str) -> str:
    """What a row is about, with the customer first: by that the trail is searched."""
    return f"{client_account_id} {what}".strip()

"""What an entity is (DESK.md, "Standing")."""

from collections.abc import Mapping
from typing import Any

from workbench.domain.account.choices import ENTITY_ACCOUNT_TYPES
from workbench.domain.payload import text_of


def is_entity_request(request: Mapping[str, Any]) -> bool:
    """Whether a payload is an entity's: by its account type, or by its ``entity`` object where the type is missing."""
    account_type = text_of(request.get("accountType"))
    if account_type is None:
        return isinstance(request.get("entity"), dict)
    return account_type in ENTITY_ACCOUNT_TYPES

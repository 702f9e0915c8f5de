"""What else can be done with one account of a list: a menu beside the button that opens it."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from workbench.access.policy import Act
from workbench.domain.account.choices import AccountType
from workbench.domain.vocabulary import Standing, Turn
from workbench.ui.frame.navigation import DETAILS, DOCUMENTS, KYB, SEND_A_LINK
from workbench.ui.live.permission import may

_ACTIONS: Mapping[str, Mapping[str, str]] = {
    "Send a link": SEND_A_LINK,
    "Update details": {"tab": DETAILS},
    "Documents": {"tab": DOCUMENTS},
    "KYB": {"tab": KYB},
}
"""What each option opens on the account's page."""


def ask_for_row_action(row: Mapping[str, Any], key: str) -> Mapping[str, str] | None:
    """Show the menu; the codes of the part of the account's page that was chosen."""
    chosen = st.menu_button("More", row_actions(row, may), key=key)
    return _ACTIONS[chosen] if chosen else None


def row_actions(row: Mapping[str, Any], may: Callable[[Act], bool]) -> list[str]:
    """What can be done with the account of this row, as far as the list knows, by whoever ``may``."""
    can = {
        "Send a link": _waits_for_link(row) and may(Act.REQUEST_LINK),
        "Update details": may(Act.UPDATE_ACCOUNT),
        "KYB": row.get("account_type") not in (None, AccountType.INDIVIDUAL),
    }
    return [action for action in _ACTIONS if can.get(action, True)]


def _waits_for_link(row: Mapping[str, Any]) -> bool:
    return row.get("standing") == Standing.VERIFICATION and row.get("turn") == Turn.US

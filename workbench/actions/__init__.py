"""Every write to Bakkt: recorded before it leaves, sent once, completed with Bakkt's answer."""

from workbench.actions.performing import Actions, Work
from workbench.actions.receipts import Receipt
from workbench.actions.settling.settler import Settler

__all__ = [
    "Actions",
    "Receipt",
    "Settler",
    "Work",
]

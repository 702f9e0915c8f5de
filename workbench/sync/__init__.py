"""Reading accounts from Bakkt: which ones, when, and the sync itself."""

from workbench.sync.progress import SyncProgress
from workbench.sync.run import SyncOrder, run_sync
from workbench.sync.service import SyncService

__all__ = [
    "SyncOrder",
    "SyncProgress",
    "SyncService",
    "run_sync",
]

"""Reading accounts back from Bakkt: which, when, and the pull itself."""

from workbench.sync.progress import SyncProgress
from workbench.sync.run import SyncOrder, run_sync
from workbench.sync.service import SyncService

__all__ = ["SyncOrder", "SyncProgress", "SyncService", "run_sync"]

"""The database: open, migrate, one writer, readers."""

from workbench.store.actions import ActionRecord, Begun, Brought, Completion, ReadRows, Settlement
from workbench.store.drafts import StoredDraft
from workbench.store.events import SetAsideEvent
from workbench.store.inbox import Inbox
from workbench.store.kyb import Recorded
from workbench.store.landing import DocumentDate
from workbench.store.readings import AccountReading
from workbench.store.runs import Failure, Run
from workbench.store.store import Source, Store

__all__ = [
    "AccountReading",
    "ActionRecord",
    "Begun",
    "Brought",
    "Completion",
    "DocumentDate",
    "Failure",
    "Inbox",
    "ReadRows",
    "Recorded",
    "Run",
    "SetAsideEvent",
    "Settlement",
    "Source",
    "Store",
    "StoredDraft",
]

"""The database: open, migrate, one writer, readers."""

from workbench.store.engine.one_row import OnProgress
from workbench.store.facts.documents import DocumentDate
from workbench.store.facts.events import SetAsideEvent
from workbench.store.facts.kyb import Attribution
from workbench.store.facts.readings import AccountReading
from workbench.store.opening import Source
from workbench.store.records.actions import ActionRecord, Begun, Completion, Effects, ReadRows, Settlement
from workbench.store.records.drafts import StoredDraft, update_draft_id
from workbench.store.records.losses import Loss
from workbench.store.records.runs import Failure, Run
from workbench.store.store import Store

__all__ = [
    "AccountReading",
    "ActionRecord",
    "Attribution",
    "Begun",
    "Completion",
    "DocumentDate",
    "Effects",
    "Failure",
    "Loss",
    "OnProgress",
    "ReadRows",
    "Run",
    "SetAsideEvent",
    "Settlement",
    "Source",
    "Store",
    "StoredDraft",
    "update_draft_id",
]

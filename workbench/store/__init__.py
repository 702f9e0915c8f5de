"""The database: open, migrate, one writer, readers."""

from workbench.store.events import SetAsideEvent
from workbench.store.landing import DocumentDate
from workbench.store.readings import AccountReading
from workbench.store.runs import Failure, Run
from workbench.store.store import Source, Store

__all__ = ["AccountReading", "DocumentDate", "Failure", "Run", "SetAsideEvent", "Source", "Store"]

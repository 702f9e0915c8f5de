"""The database: open, migrate, one writer, readers."""

from workbench.store.landing import AccountReading, DocumentDate, SetAsideEvent
from workbench.store.runs import Failure, Run
from workbench.store.store import Source, Store

__all__ = ["AccountReading", "DocumentDate", "Failure", "Run", "SetAsideEvent", "Source", "Store"]

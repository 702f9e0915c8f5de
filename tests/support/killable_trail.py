"""An audit trail that is written in a process which is killed."""

from multiprocessing.connection import Connection
from pathlib import Path

from tests.support.people import person
from workbench.access.audit_trail import KeptAuditTrail
from workbench.access.policy import Act
from workbench.store import Source, Store


def write_until_killed(path: Path, told: Connection) -> None:
    """Write rows, and tell of each once it is written."""
    trail = KeptAuditTrail(Store.open(path, Source("memory", "")).audit)
    while True:
        trail.record(person("Ann"), Act.SEE_ACCOUNT, "A-1", "allowed")
        told.send(1)

"""Which settings changed since the last start, by name: the audit trail tells of that, never of a value."""

import logging
from collections.abc import Mapping

from workbench.access.acting import AuditOutcome, command_line, machine_user
from workbench.access.audit_trail import KeptAuditTrail
from workbench.domain.errors import StoreError
from workbench.store.records.audit_trail import AuditRecords

CHANGE_SETTINGS = "start with other settings"

logger = logging.getLogger(__name__)


def note_settings(
    trail: KeptAuditTrail, records: AuditRecords, settings: Mapping[str, str], defaults: Mapping[str, str]
) -> None:
    """Writes down the names of settings that differ from the last start, at the first one from their defaults.

    Whoever started this process did that. If it cannot be written, nothing that is recorded can be done, and says so.
    """
    try:
        sealed = {name: trail.seal_of(f"{name}={value}") for name, value in settings.items()}
        before = records.read_settings() or {name: trail.seal_of(f"{name}={value}") for name, value in defaults.items()}
        changed = sorted(name for name in sealed.keys() | before.keys() if sealed.get(name) != before.get(name))
        if changed:
            person = command_line(machine_user())
            trail.record(person, CHANGE_SETTINGS, ", ".join(map(str.upper, changed)), AuditOutcome.ALLOWED)
            records.keep_settings(sealed)
    except StoreError as error:
        logger.error("Which settings changed is not in the audit trail: %s", error.message)

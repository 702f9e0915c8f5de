"""The registry: the list of accounts, from the client's own systems (GUIDE, "There is no list endpoint")."""

from dataclasses import dataclass

from workbench.registry.tables import Choice
from workbench.registry.understanding import Understanding, understand
from workbench.store import Store


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import; ``understood`` is what the file was understood to hold."""

    new: int
    known: int
    blank: int
    duplicate: int
    column: str
    kyb_starts: int
    understood: Understanding


def look_at_import(store: Store, filename: str, content: bytes, choice: Choice) -> Understanding:
    """What a file is understood to hold. Registers nothing. Raises InputError if the file cannot be used."""
    return understand(filename, content, choice, store.find_registered)


def register(store: Store, understood: Understanding) -> ImportReport:
    """Registers the ids that were understood, and the KYB screens that came with them."""
    new = store.land_registry(understood.ids, "file")
    starts = understood.kyb_starts
    return ImportReport(
        new=new,
        known=len(understood.ids) - new,
        blank=understood.blank,
        duplicate=understood.duplicate,
        column=understood.column,
        kyb_starts=store.land_kyb_starts(starts, "the registry file") if starts else 0,
        understood=understood,
    )


def import_accounts(store: Store, filename: str, content: bytes, column: str | None = None) -> ImportReport:
    """Registers the ids of a file without asking anybody, whatever looks odd about it.

    Raises InputError if the file cannot be used; then nothing is registered.
    """
    return register(store, look_at_import(store, filename, content, Choice(column=column)))

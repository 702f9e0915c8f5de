"""The registry: the list of accounts, from the client's own systems (GUIDE, "There is no list endpoint")."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from workbench.domain.errors import InputError
from workbench.registry.tables import Choice
from workbench.registry.understanding import Understanding, understand
from workbench.store import Store
from workbench.store.facts.registry import ImportOfIds, ImportTakenBack, RegistryChange

SHORT_ID = 8


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result of an import; ``understood`` is what the file was understood to hold."""

    import_id: str
    new: int
    known: int
    blank: int
    duplicate: int
    column: str
    kyb_starts: int
    understood: Understanding


def look_at_import(store: Store, filename: str, content: bytes, choice: Choice) -> Understanding:
    """What a file is understood to hold. Registers nothing. Raises InputError if the file cannot be used."""
    return understand(filename, content, choice, store)


def register(store: Store, understood: Understanding, actor: str) -> ImportReport:
    """Registers the ids that were understood, and the KYB screens that came with them."""
    about = ImportOfIds(
        uuid4().hex[:SHORT_ID],
        datetime.now(UTC),
        actor,
        understood.file_name,
        understood.sheet,
        understood.column,
    )
    new = store.land_import(understood.ids, about)
    starts = understood.kyb_starts
    return ImportReport(
        import_id=about.import_id,
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
    return register(store, look_at_import(store, filename, content, Choice(column=column)), "the workbench")


def take_out(store: Store, client_account_ids: Sequence[str], actor: str, reason: str) -> Sequence[str]:
    """Takes ids out of the registry, with a reason that is kept; returns those that were in it.

    They are not read any more, and no list or figure counts them; their facts stay. Importing them brings them back.
    Raises InputError without a reason, or if none of them is registered.
    """
    taken = store.take_out(client_account_ids, _change(actor, reason))
    if not taken:
        raise InputError("None of these ids is registered. Nothing was changed.")
    return taken


def take_import_back(store: Store, import_id: str, actor: str, reason: str) -> ImportTakenBack:
    """Takes out the ids that an import alone has named. Raises InputError if there is no such import to take back."""
    change = _change(actor, reason, import_id)
    known = {row["import_id"]: row for row in store.read_rows("data/imports")}
    if import_id not in known:
        raise InputError(f"There is no import {import_id}.", next_step="The query data/imports lists them.")
    if known[import_id]["taken_back_at"] is not None:
        raise InputError(f"The import {import_id} was taken back before. Nothing was changed.")
    return store.take_import_back(import_id, change)


def taken_back_in_words(taken_back: ImportTakenBack) -> str:
    """What taking an import back did, as a sentence or two."""
    taken = f"{_ids(len(taken_back.taken_out))} taken out."
    stay = "stays: something else names it" if taken_back.staying == 1 else "stay: something else names them"
    return f"{taken} {taken_back.staying:,} {stay} too." if taken_back.staying else taken


def _ids(number: int) -> str:
    return "1 id" if number == 1 else f"{number:,} ids"


def _change(actor: str, reason: str, import_id: str | None = None) -> RegistryChange:
    if not reason.strip():
        raise InputError("A reason is needed. Nothing was changed.")
    return RegistryChange(datetime.now(UTC), actor, reason.strip(), import_id)

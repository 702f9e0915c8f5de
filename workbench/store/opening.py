"""Opening a database: whose it is, what earlier versions left out, and what was lost since the last start."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workbench.domain.errors import StoreError
from workbench.store.derived.states import accounts_with_lost_links, derive
from workbench.store.engine.database import Database
from workbench.store.engine.migrations import migrate
from workbench.store.engine.one_row import OnProgress
from workbench.store.engine.rewriting import is_due_for_rewriting, mark_for_rewriting, rewrite
from workbench.store.facts.documents import lacks_marks, lacks_series, land_series, mark_unmarked
from workbench.store.facts.kyb import add_managing_lines, lacks_managing_lines
from workbench.store.facts.search_text import renew_search_texts
from workbench.store.records import actions, drafts
from workbench.store.records.losses import Loss
from workbench.store.records.recovery import FilesBeside, open_database, size_of_log
from workbench.store.records.sealing import Seal
from workbench.store.records.targets import has_current_rules, land_rules

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Source:
    """The Bakkt environment that fills a database: sandbox and production never mix."""

    address: str
    partner_id: str


def open_up_to_date(
    path: Path, source: Source, on_progress: OnProgress, memory_mb: int, *, sets_harmed_aside: bool
) -> tuple[Database, FilesBeside | None, Loss | None]:
    """Opens or creates the database, migrates it and puts back what it lost and a copy beside it still has.

    ``on_progress`` is told how many accounts of an earlier version have come forward, and of how many. What does
    not fit into ``memory_mb`` spills to a folder beside the file.
    With ``sets_harmed_aside``, a damaged log or file is renamed and what can be opened without it is used.
    Raises StoreError if it is locked, damaged, newer than the code or belongs to another Bakkt environment.
    """
    beside = FilesBeside.of(path)
    anchor = beside.read_anchor() if beside else None
    if anchor is not None:
        _refuse_other_source(path, (anchor.address, anchor.partner_id), source)
    log_bytes = size_of_log(path)
    database, harm = open_database(path, anchor, sets_harmed_aside=sets_harmed_aside)
    try:
        database.limit_memory(memory_mb)
        database = _bring_forward(database, source, on_progress)
        loss = beside.recover(database, anchor, harm, log_bytes) if beside else None
        if beside is not None:
            beside.follow(database, (source.address, source.partner_id), anchor)
        database.write_if(actions.has_interrupted, lambda cursor: actions.close_interrupted(cursor, datetime.now(UTC)))
    except BaseException:
        database.abandon()
        raise
    return database, beside, loss


def _bring_forward(database: Database, source: Source, on_progress: OnProgress) -> Database:
    """Migrates the database; gives it as it was opened again, if its file had to be rewritten."""
    migrate(database, on_progress)
    database.limit_memory()
    _remember_source(database, source)
    _add_what_earlier_versions_left_out(database)
    if not is_due_for_rewriting(database.path):
        return database
    database.close()
    rewrite(database.path)
    rewritten = Database(database.path)
    rewritten.limit_memory(database.memory_mb)
    return rewritten


def _add_what_earlier_versions_left_out(database: Database) -> None:
    """The domain's constants, encrypted identity numbers, lost links, documents' series and marks, checklist lines."""
    database.write_if(lambda cursor: not has_current_rules(cursor), land_rules)
    _seal_drafts(database)
    database.write_if(accounts_with_lost_links, lambda cursor: derive(cursor, accounts_with_lost_links(cursor)))
    renew_search_texts(database)
    database.write_if(lacks_series, land_series)
    database.write_if(lacks_marks, mark_unmarked)
    database.write_if(lacks_managing_lines, add_managing_lines)


def _seal_drafts(database: Database) -> None:
    """Encrypts identity numbers that an earlier version stored in clear; writes nothing if there are none.

    If there is a key file that cannot be used, they are left for the next start.
    """
    with database.reader() as cursor:
        in_clear = drafts.find_drafts_in_clear(cursor)
    if not in_clear:
        return
    try:
        with database.writer() as cursor:
            for draft in in_clear:
                drafts.seal_draft(cursor, draft, Seal(database.path))
            mark_for_rewriting(database.path)
    except StoreError as error:
        logger.warning("identity numbers in drafts are not encrypted: %s", error.title)


def _remember_source(database: Database, source: Source) -> None:
    with database.reader() as cursor:
        known = cursor.execute("select address, partner_id from source").fetchone()
    if known is None:
        with database.writer() as cursor:
            cursor.execute(
                "insert into source (address, partner_id) values (?, ?)", [source.address, source.partner_id]
            )
    else:
        _refuse_other_source(database.path, known, source)


def _refuse_other_source(path: Path, known: tuple[str, str], source: Source) -> None:
    if known != (source.address, source.partner_id):
        raise StoreError(
            f"{path} holds data from {known[0]}, but the settings name {source.address}.",
            title="This database belongs to another Bakkt environment",
            next_step="Set WORKBENCH_DATABASE to another path: sandbox and production data never mix.",
        )

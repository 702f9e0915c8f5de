"""The files beside a database that outlive its harm: the anchor and the copies of what cannot be read again."""

import logging
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from workbench.domain.errors import HarmedFileError, StoreError
from workbench.store.engine.database import MEMORY, Database, log_of
from workbench.store.engine.harm import Harm, open_whole
from workbench.store.records.anchor import Anchor, AnchorKeeper, read_anchor
from workbench.store.records.copies import RecordsCopy, RegistryCopy, put_back
from workbench.store.records.losses import Loss, find_loss, land_loss, set_number

SPACE_FOR_CHECKPOINT = 16 * 1024 * 1024
"""In bytes, beside what the log has."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FilesBeside:
    """Where the anchor is, and the copies."""

    anchor_path: Path
    records: RecordsCopy
    registry: RegistryCopy

    @classmethod
    def of(cls, database: Path) -> Self | None:
        """The files beside a database; None for one in memory, which nothing can harm."""
        if database == MEMORY:
            return None
        return cls(
            database.with_name(f"{database.stem}.anchor.json"),
            RecordsCopy(database.with_name(f"{database.stem}.records.jsonl")),
            RegistryCopy(database.with_name(f"{database.stem}.registry.jsonl")),
        )

    def read_anchor(self) -> Anchor | None:
        return read_anchor(self.anchor_path)

    def recover(self, database: Database, anchor: Anchor | None, harm: Harm, log_bytes: int) -> Loss | None:
        """Puts back what the database lacks and writes down what it lost.

        Afterwards the file itself has all of it, and what a killed process left in the log, of ``log_bytes``: from the
        log alone, the next harm could take it.
        """
        with database.reader() as cursor:
            loss = find_loss(cursor, anchor, harm)
            lacking = self.records.lacking(cursor)
        if loss is None and not lacking:
            if log_bytes and _has_space(database.path, log_bytes):
                database.checkpoint()
            return None
        with database.writer() as cursor:
            if loss is not None and anchor is not None:
                self.registry.put_back(cursor)
                land_loss(cursor, loss, anchor.counts, datetime.now(UTC))
                set_number(cursor, anchor.number + 1)
            put_back(cursor, lacking)
        database.checkpoint()
        if loss is not None:
            logger.error("Changes were lost: %s. What is missing is shown on the pages.", loss.harmed)
        return loss

    def follow(self, database: Database, source: tuple[str, str], anchor: Anchor | None) -> None:
        """From now on, keeps the anchor and the registry's copy with every commit."""
        with database.reader() as cursor:
            self.records.begin(cursor)
            self.registry.begin(cursor, anchor.registry_bytes if anchor else None)
            database.watch = AnchorKeeper(self.anchor_path, cursor, source, self.registry)

    def tidy(self, database: Database) -> None:
        """Before the database is closed: shortens the copy of the records."""
        with suppress(StoreError), database.reader() as cursor:
            self.records.renew(cursor)


def size_of_log(path: Path) -> int:
    """In bytes; 0 without a log."""
    log = log_of(path)
    return log.stat().st_size if log.exists() else 0


def _has_space(path: Path, log_bytes: int) -> bool:
    """Whether a checkpoint fits the disk: one that fails makes DuckDB refuse the database until it is opened again."""
    return shutil.disk_usage(path.parent).free > 2 * log_bytes + SPACE_FOR_CHECKPOINT


def open_database(path: Path, anchor: Anchor | None, *, sets_harmed_aside: bool) -> tuple[Database, Harm]:
    """Opens or creates a database; one that an anchor tells of is opened without what is harmed, if that is allowed.

    Without an anchor, a file that cannot be read may be anybody's, and is refused. Raises StoreError.
    """
    if anchor is None or path == MEMORY:
        return Database(path), Harm()
    if sets_harmed_aside:
        return open_whole(path)
    if not path.exists():
        raise HarmedFileError(
            f"{path} is gone, and the files beside it tell that there was a database.",
            title="The database is gone",
            next_step="Put it back from a backup, or start the workbench, which begins a new one with what they hold. "
            f"To begin with nothing, move {path.stem}.* away.",
        )
    return Database(path), Harm()

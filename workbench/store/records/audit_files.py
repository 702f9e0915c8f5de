"""The two files of the audit trail beside the database: the key of its seals, and its head.

Both are the owner's alone. The head is replaced after each commit, so that rows which were cut off are missed.
"""

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.domain.audit import AuditHead
from workbench.domain.errors import StoreError
from workbench.store.engine.database import MEMORY
from workbench.store.engine.failures import error_from_system
from workbench.store.engine.safe_files import create_file, read_value, write_value

_KEY_BYTES = 32


def audit_key_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.audit-key")


def audit_head_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.audit-head")


class AuditFiles:
    """The files of one database."""

    def __init__(self, database: Path) -> None:
        self._key_path = audit_key_file(database)
        self._head_path = audit_head_file(database)

    @classmethod
    def of(cls, database: Path) -> "AuditFiles":
        return _InMemory(database) if database == MEMORY else cls(database)

    @property
    def key_name(self) -> str:
        return self._key_path.name

    @property
    def head_name(self) -> str:
        return self._head_path.name

    def read_key(self) -> bytes | None:
        """The key; None if there is no file. Raises StoreError if it is no key or cannot be read."""
        try:
            key = bytes.fromhex(self._key_path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            return None
        except OSError as error:
            raise error_from_system(self._key_path, error) from error
        except ValueError:
            key = b""
        if len(key) != _KEY_BYTES:
            raise StoreError(
                f"{self._key_path} is not a key, so the audit trail can be neither written nor checked.",
                title="The key of the audit trail cannot be used",
                next_step="Put the file back from a backup.",
            )
        return key

    def make_key(self) -> bytes:
        """A new key, which is kept by ``keep_key``."""
        return secrets.token_bytes(_KEY_BYTES)

    def keep_key(self, key: bytes) -> None:
        """Writes a new key; never over another one. Raises StoreError."""
        try:
            create_file(self._key_path, key.hex().encode())
        except OSError as error:
            raise error_from_system(self._key_path, error) from error

    def read_head(self) -> AuditHead | None:
        """The head as the file says it; None if there is none or it is damaged. Raises StoreError."""
        value = read_value(self._head_path)
        try:
            return None if value is None else _head_of(value)
        except (KeyError, TypeError, ValueError):
            return None

    def write_head(self, head: AuditHead) -> None:
        """Replaces the file as a whole. Raises StoreError."""
        write_value(self._head_path, {"number": head.number, "seal": head.seal, "proof": head.proof})


class _InMemory(AuditFiles):
    """For a database in memory, which leaves nothing on disk."""

    def __init__(self, database: Path) -> None:
        super().__init__(database)
        self._key: bytes | None = None
        self._head: AuditHead | None = None

    def read_key(self) -> bytes | None:
        return self._key

    def keep_key(self, key: bytes) -> None:
        self._key = key

    def read_head(self) -> AuditHead | None:
        return self._head

    def write_head(self, head: AuditHead) -> None:
        self._head = head


def _head_of(value: Mapping[str, Any]) -> AuditHead:
    return AuditHead(int(value["number"]), str(value["seal"]), str(value["proof"]))

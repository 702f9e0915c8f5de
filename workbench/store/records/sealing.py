"""Identity numbers in drafts, encrypted with a key in a file beside the database, until the database itself is.

The key is made when the first number is saved. Without it, everything else in a draft can still be read.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet, InvalidToken

from workbench.domain.errors import StoreError
from workbench.domain.identity_numbers import is_identity_number
from workbench.store.engine.database import MEMORY
from workbench.store.engine.safe_files import create_file

_SEALED = "sealed"
_NOT_SAVED = "The draft was not saved"
_NOT_PUBLISHED = "Nothing was published"


def key_file(database: Path) -> Path:
    return database.with_name(f"{database.name}.key")


@dataclass(frozen=True, slots=True)
class Seal:
    """Encrypts and decrypts with the key of one database. Never shows the key."""

    database: Path

    def close(self, number: str) -> str:
        """The number encrypted. Raises StoreError if there is a key file that cannot be used."""
        cipher = _cipher_of(self._key() or self._make_key("the identity number cannot be saved encrypted", _NOT_SAVED))
        if cipher is None:
            raise StoreError(
                f"{key_file(self.database)} is not a key, so the identity number cannot be saved encrypted.",
                title="The key file cannot be used",
                next_step="Restore the key file from a backup, or move it away: a new one is made then.",
            )
        return cipher.encrypt(number.encode()).decode()

    def open(self, token: str) -> str | None:
        """The number, or None without the key that encrypted it."""
        cipher = _cipher_of(self._key())
        try:
            return cipher.decrypt(token).decode() if cipher else None
        except InvalidToken:
            return None

    def digest_key(self) -> str:
        """A key to hash texts with, the same as long as the key file is. Raises StoreError if that cannot be used."""
        key = self._key()
        if key == _UNREADABLE:
            raise StoreError(
                f"{key_file(self.database)} cannot be read, so links cannot be hashed.",
                title=_NOT_PUBLISHED,
                next_step="Let the user that runs the workbench read it, or move it away: a new one is made then.",
            )
        return _digest_key(key or self._make_key("links cannot be hashed", _NOT_PUBLISHED))

    def known_digest_key(self) -> str | None:
        """The same key; None if there is none yet or its file cannot be read."""
        key = self._key()
        return None if key in {b"", _UNREADABLE} else _digest_key(key)

    def _key(self) -> bytes:
        """The key; empty if there is none yet."""
        if self.database == MEMORY:
            return _key_in_memory()
        try:
            return key_file(self.database).read_bytes()
        except FileNotFoundError:
            return b""
        except OSError:
            return _UNREADABLE

    def _make_key(self, consequence: str, title: str) -> bytes:
        """A new key in a file that its owner alone can read, on disk before anything depends on it.

        Raises StoreError, which tells the consequence.
        """
        key, path = Fernet.generate_key(), key_file(self.database)
        try:
            create_file(path, key)
        except OSError as error:
            raise StoreError(
                f"The key file {path} cannot be written, so {consequence}.",
                title=title,
                next_step="Check the folder's rights and free space, then try again.",
            ) from error
        return key


_UNREADABLE = b"-"
"""In place of a key whose file may not be read: no key, but not missing either."""


def _digest_key(key: bytes) -> str:
    return hmac.digest(key, b"published", "sha256").hex()


@cache
def _key_in_memory() -> bytes:
    return Fernet.generate_key()


def _cipher_of(key: bytes) -> Fernet | None:
    try:
        return Fernet(key)
    except ValueError:
        return None


def sealed_content(content: str, seal: Seal, before: str | None = None) -> str:
    """A draft's content with its identity numbers encrypted.

    ``before`` is the stored content that this one replaces: numbers in it that cannot be read now are kept, unless
    they were typed again, or an owner was removed and those after it moved up.
    """
    draft, earlier = json.loads(content), json.loads(before or "{}")
    answers = _answers_of(draft)
    for path, answer in answers.items():
        if isinstance(answer, str) and answer and _holds_number(path):
            answers[path] = {_SEALED: seal.close(answer)}
    if draft.get("owners", 0) >= earlier.get("owners", 0):
        kept = {path: answer for path, answer in _answers_of(earlier).items() if _is_unreadable(answer, seal)}
        answers.update({path: answer for path, answer in kept.items() if not answers.get(path)})
    return json.dumps(draft)


def opened_content(content: str, seal: Seal) -> tuple[str, frozenset[str]]:
    """The content with its numbers decrypted and without those that cannot be read, and the paths of these."""
    draft = json.loads(content)
    answers = _answers_of(draft)
    unreadable = frozenset(path for path, answer in answers.items() if _is_unreadable(answer, seal))
    opened = {path: seal.open(answer[_SEALED]) if _is_sealed(answer) else answer for path, answer in answers.items()}
    if answers:
        draft["answers"] = {path: answer for path, answer in opened.items() if path not in unreadable}
    return json.dumps(draft), unreadable


def has_numbers_in_clear(content: str) -> bool:
    answers = _answers_of(json.loads(content)).items()
    return any(isinstance(answer, str) and bool(answer) and _holds_number(path) for path, answer in answers)


def _answers_of(draft: Mapping[str, Any]) -> dict[str, Any]:
    answers: dict[str, Any] = draft.get("answers", {})
    return answers


def _holds_number(path: str) -> bool:
    return is_identity_number(path.rsplit(".", 1)[-1])


def _is_sealed(answer: object) -> bool:
    return isinstance(answer, dict) and _SEALED in answer


def _is_unreadable(answer: Any, seal: Seal) -> bool:
    return _is_sealed(answer) and seal.open(answer[_SEALED]) is None

"""Who may ask the API for what: tokens, each with its scopes."""

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from uuid import uuid4

_PREFIX = "wb_"
"""By which tools that look for secrets in files know a token."""


class Scope(StrEnum):
    """``READ``: queries without personal columns. ``PERSONAL``: with them, masked as on the pages. ``OPERATE``: runs,
    imports, replays and publishing."""

    READ = "read"
    PERSONAL = "personal"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Token:
    """A token by the SHA-256 of its text, which is stored nowhere. ``is_local``: of this machine's command line, whose
    token has no end but the process's.

    Another token may have its name once it has expired or is revoked, but never its ``token_id``.
    """

    name: str
    scopes: frozenset[Scope]
    digest: str
    is_local: bool = False
    token_id: str = field(kw_only=True)
    expires_at: datetime | None = None

    @property
    def scopes_in_words(self) -> str:
        return "+".join(sorted(self.scopes))

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and now >= self.expires_at


def new_token(
    name: str, scopes: Iterable[Scope], *, is_local: bool = False, expires_at: datetime | None = None
) -> tuple[str, Token]:
    """A fresh secret, and the token that accepts it."""
    secret = f"{_PREFIX}{secrets.token_urlsafe(32)}"
    token_id = uuid4().hex[:12]
    return secret, Token(
        name, frozenset(scopes), _digest_of(secret), is_local, token_id=token_id, expires_at=expires_at
    )


class Doorkeeper:
    """Knows the tokens that are accepted."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tuple(tokens)

    def admit(self, authorization: str | None) -> Token | None:
        """The token that a request carries as ``Bearer``, expired or not; None if it carries none of ours."""
        kind, _, secret = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            return None
        digest = _digest_of(secret.strip())
        accepted = [token for token in self._tokens if hmac.compare_digest(token.digest, digest)]
        return accepted[0] if accepted else None


def _digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()

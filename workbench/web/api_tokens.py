"""Who may ask the API for what: tokens, each with its scopes."""

import hmac
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

_TOKEN = re.compile(r"(?P<name>[\w-]{1,60}):(?P<scopes>[a-z+]+):(?P<digest>[0-9a-fA-F]{64})")
HOW_TO_WRITE = "must be name:scopes:sha256, separated by commas; scopes are read, personal and operate, joined by +"


class Scope(StrEnum):
    """``READ``: queries without personal columns. ``PERSONAL``: with them, masked as on the pages. ``OPERATE``: runs,
    imports, replays and publishing."""

    READ = "read"
    PERSONAL = "personal"
    OPERATE = "operate"


@dataclass(frozen=True, slots=True)
class Token:
    """A token by the SHA-256 of its text, which is stored nowhere. ``is_local``: of this machine's command line."""

    name: str
    scopes: frozenset[Scope]
    digest: str
    is_local: bool = False


def parse_tokens(text: str) -> tuple[Token, ...]:
    """The tokens of the setting WORKBENCH_API_TOKENS. Raises ValueError without quoting any of it."""
    return tuple(_parse(part.strip()) for part in text.split(",") if part.strip())


def _parse(text: str) -> Token:
    found = _TOKEN.fullmatch(text)
    names = found["scopes"].split("+") if found else []
    if found is None or not names or not set(names) <= {scope.value for scope in Scope}:
        raise ValueError(HOW_TO_WRITE)
    return Token(found["name"], frozenset(map(Scope, names)), found["digest"].lower())


def new_local_token(name: str, scopes: Iterable[Scope]) -> tuple[str, Token]:
    """A fresh secret for this machine's command line, and the token that accepts it."""
    secret = secrets.token_urlsafe(32)
    return secret, Token(name, frozenset(scopes), _digest_of(secret), is_local=True)


class Doorkeeper:
    """Knows the tokens that are accepted."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tuple(tokens)

    def admit(self, authorization: str | None) -> Token | None:
        """The token that a request carries as ``Bearer``; None if it carries none that is accepted."""
        kind, _, secret = (authorization or "").partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            return None
        digest = _digest_of(secret.strip())
        accepted = [token for token in self._tokens if hmac.compare_digest(token.digest, digest)]
        return accepted[0] if accepted else None


def _digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()

"""Tokens for the API that an admin makes and revokes."""

import re
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from workbench.access.acting import Acting
from workbench.access.policy import Act
from workbench.domain.errors import InputError
from workbench.store.records.api_tokens import StoredToken, TokenRecords
from workbench.web.api_tokens import Scope, Token, new_token

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NOT_MADE = "The token was not made"


class ApiTokens:
    """The tokens in force, kept in memory: each call of the API asks for them. Thread-safe."""

    def __init__(self, records: TokenRecords, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._records, self._now = records, now
        self._lock = threading.Lock()
        self._in_force = {one.token_id: _token(one) for one in records.in_force()}

    def in_force(self) -> list[Token]:
        with self._lock:
            return list(self._in_force.values())

    def make(self, acting: Acting, name: str, scopes: Collection[Scope]) -> str:
        """The text of a new token, which nobody can read again; ``personal`` asks the queries that ``read`` does.

        Raises InputError, NotAllowedError, StoreError.
        """
        name = name.strip()
        with self._lock:
            self._check(name, scopes)
            secret, token = new_token(name, {*scopes, Scope.READ} if Scope.PERSONAL in scopes else scopes)
            acting.begin(Act.MANAGE_PEOPLE, _told("make", token))
            stored = StoredToken(token.token_id, name, token.scopes_in_words, token.digest)
            self._records.land(stored, self._now(), acting.person.name)
            self._in_force[token.token_id] = token
            return secret

    def revoke(self, acting: Acting, token_id: str) -> None:
        """From now on it opens nothing. One that is not in force is left. Raises NotAllowedError, StoreError."""
        acting.require(Act.MANAGE_PEOPLE)
        with self._lock:
            token = self._in_force.get(token_id)
            if token is None:
                return
            acting.begin(Act.MANAGE_PEOPLE, _told("revoke", token))
            self._records.revoke(token_id, self._now(), acting.person.name)
            del self._in_force[token_id]

    def _check(self, name: str, scopes: Collection[Scope]) -> None:
        if not _NAME.fullmatch(name):
            raise InputError("Its name may have letters, digits, - and _, up to 60.", title=_NOT_MADE)
        if not scopes:
            raise InputError("Choose what it may do.", title=_NOT_MADE)
        if name in {token.name for token in self._in_force.values()}:
            raise InputError("Another token has this name. Revoke that one first.", title=_NOT_MADE)


def _token(stored: StoredToken) -> Token:
    scopes = frozenset(Scope(scope) for scope in stored.scopes.split("+"))
    return Token(stored.name, scopes, stored.digest, token_id=stored.token_id)


def _told(verb: str, token: Token) -> str:
    """What was done to which token, as the audit trail says it."""
    return f"{verb} the token {token.name} ({token.token_id}): {token.scopes_in_words}"

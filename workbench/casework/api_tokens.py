"""Tokens for the API that an admin makes and revokes, each with an end, and when a program used it last."""

import logging
import re
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from workbench.access.acting import Acting
from workbench.access.policy import Act
from workbench.domain.errors import InputError, StoreError
from workbench.store.records.api_tokens import StoredToken, TokenRecords
from workbench.web.api_tokens import Scope, Token, new_token

DAYS_TO_CHOOSE = (30, 90, 365)
"""How long a token may be made for."""
_USE_SAVED_EVERY = timedelta(minutes=1)
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}")
_NOT_MADE = "The token was not made"

logger = logging.getLogger(__name__)


class ApiTokens:
    """The tokens that nobody revoked, kept in memory: each call of the API asks for them. Thread-safe.

    One that has expired stays among them until it is revoked, so that its program is told why it is refused.
    """

    def __init__(self, records: TokenRecords, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._records, self._now = records, now
        self._lock = threading.Lock()
        self._in_force = {one.token_id: _token(one) for one in records.in_force()}
        self._use_saved_at: dict[str, datetime] = {}

    def in_force(self) -> list[Token]:
        with self._lock:
            return list(self._in_force.values())

    def make(self, acting: Acting, name: str, scopes: Collection[Scope], days: int) -> str:
        """The text of a new token, which nobody can read again; ``personal`` asks the queries that ``read`` does.

        ``days`` is how long it will be accepted. Raises InputError, NotAllowedError, StoreError.
        """
        name, now = name.strip(), self._now()
        with self._lock:
            self._check(name, scopes, days)
            allowed, expires_at = _with_what_they_need(scopes), now + timedelta(days=days)
            secret, token = new_token(name, allowed, expires_at=expires_at)
            acting.begin(Act.MANAGE_PEOPLE, f"{_told('make', token)}, for {days} days")
            stored = StoredToken(token.token_id, name, token.scopes_in_words, token.digest, expires_at)
            self._records.land(stored, now, acting.person.name)
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

    def note_use(self, token_id: str) -> None:
        """A program has used the token; saved at most once a minute. One that is not among those made is left."""
        now = self._now()
        with self._lock:
            saved_at = self._use_saved_at.get(token_id)
            if token_id not in self._in_force or (saved_at is not None and now - saved_at < _USE_SAVED_EVERY):
                return
            self._use_saved_at[token_id] = now
        try:
            if not self._records.note_use(token_id, now):
                self._use_saved_at.pop(token_id, None)
        except StoreError as error:
            logger.error("When a token was used last could not be saved: %s", error.title)

    def _check(self, name: str, scopes: Collection[Scope], days: int) -> None:
        if not _NAME.fullmatch(name):
            raise InputError("Its name may have letters, digits, - and _, up to 60.", title=_NOT_MADE)
        if not scopes:
            raise InputError("Choose what it may do.", title=_NOT_MADE)
        if days not in DAYS_TO_CHOOSE:
            raise InputError("Choose when it expires.", title=_NOT_MADE)
        if name in {token.name for token in self._in_force.values() if not token.has_expired(self._now())}:
            raise InputError("Another token has this name. Revoke that one first.", title=_NOT_MADE)


def _token(stored: StoredToken) -> Token:
    scopes = frozenset(Scope(scope) for scope in stored.scopes.split("+"))
    return Token(stored.name, scopes, stored.digest, token_id=stored.token_id, expires_at=stored.expires_at)


def _with_what_they_need(scopes: Collection[Scope]) -> set[Scope]:
    return {*scopes, Scope.READ} if Scope.PERSONAL in scopes else set(scopes)


def _told(verb: str, token: Token) -> str:
    """What was done to which token, as the audit trail says it."""
    return f"{verb} the token {token.name} ({token.token_id}): {token.scopes_in_words}"

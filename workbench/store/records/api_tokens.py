"""Tokens for the API, by the hash of their text."""

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.moments import aware, naive
from workbench.store.engine.database import Database


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token; its scopes are joined by ``+``."""

    token_id: str
    name: str
    scopes: str
    digest: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class TokenRecords:
    """The table of tokens."""

    database: Database

    def in_force(self) -> list[StoredToken]:
        """Those that nobody revoked, also if they have expired."""
        with self.database.reader() as cursor:
            found = cursor.execute(
                "select token_id, token_name, scopes, token_hash, expires_at from api_tokens "
                "where revoked_at is null order by made_at, token_id"
            ).fetchall()
        return [
            StoredToken(token_id, name, scopes, digest, aware(expires_at))
            for token_id, name, scopes, digest, expires_at in found
        ]

    def land(self, token: StoredToken, at: datetime, made_by: str) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "insert into api_tokens by name select $token_id as token_id, $name as token_name, $scopes as scopes, "
                "$digest as token_hash, $at::timestamp as made_at, $made_by as made_by, "
                "$expires_at::timestamp as expires_at",
                {
                    "token_id": token.token_id,
                    "name": token.name,
                    "scopes": token.scopes,
                    "digest": token.digest,
                    "at": naive(at),
                    "made_by": made_by,
                    "expires_at": naive(token.expires_at),
                },
            )

    def note_use(self, token_id: str, at: datetime) -> bool:
        """Saves when a token was used last; False without waiting while somebody else writes."""
        with self.database.alone_if_free() as is_free:
            if is_free:
                self._save_use(token_id, at)
        return is_free

    def _save_use(self, token_id: str, at: datetime) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "update api_tokens set last_used_at = $at where token_id = $token_id",
                {"token_id": token_id, "at": naive(at)},
            )

    def revoke(self, token_id: str, at: datetime, revoked_by: str) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "update api_tokens set revoked_at = $at, revoked_by = $revoked_by "
                "where token_id = $token_id and revoked_at is null",
                {"token_id": token_id, "at": naive(at), "revoked_by": revoked_by},
            )

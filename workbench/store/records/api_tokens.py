"""Tokens for the API, by the hash of their text."""

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.moments import naive
from workbench.store.engine.database import Database


@dataclass(frozen=True, slots=True)
class StoredToken:
    """A token; its scopes are joined by ``+``."""

    token_id: str
    name: str
    scopes: str
    digest: str


@dataclass(frozen=True, slots=True)
class TokenRecords:
    """The table of tokens."""

    database: Database

    def in_force(self) -> list[StoredToken]:
        with self.database.reader() as cursor:
            found = cursor.execute(
                "select token_id, token_name, scopes, token_hash from api_tokens where revoked_at is null "
                "order by made_at, token_id"
            ).fetchall()
        return [StoredToken(*row) for row in found]

    def land(self, token: StoredToken, at: datetime, made_by: str) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "insert into api_tokens values ($token_id, $name, $scopes, $digest, $at, $made_by, null, null)",
                {
                    "token_id": token.token_id,
                    "name": token.name,
                    "scopes": token.scopes,
                    "digest": token.digest,
                    "at": naive(at),
                    "made_by": made_by,
                },
            )

    def revoke(self, token_id: str, at: datetime, revoked_by: str) -> None:
        with self.database.writer(is_news=False) as cursor:
            cursor.execute(
                "update api_tokens set revoked_at = $at, revoked_by = $revoked_by "
                "where token_id = $token_id and revoked_at is null",
                {"token_id": token_id, "at": naive(at), "revoked_by": revoked_by},
            )

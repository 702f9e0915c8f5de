"""The text of an account that search looks at, and making it again for accounts of earlier versions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import duckdb

from workbench.domain.snapshots import OwnerSnapshot
from workbench.domain.text import searched_text
from workbench.store.engine.database import Database
from workbench.store.engine.keys import Keys
from workbench.store.engine.staging import schema, staged, table_of

BETWEEN_FIELDS = "\x1f"
_ACCOUNTS_AT_ONCE = 5_000
_TEXTS = schema(client_account_id="text", search_text="text")


def account_text(
    client_account_id: str,
    names: Iterable[str | None],
    owners: Iterable[OwnerSnapshot],
    ids: Iterable[str | None],
) -> str:
    """The account's id, names, owners and further ids as ``searched_text``, the best to find it by first.

    The separator keeps a term from matching across fields.
    """
    words = [client_account_id, *names]
    for owner in owners:
        words += _words_of_owner(owner)
    folded = (searched_text(word) for word in [*words, *ids] if word)
    return BETWEEN_FIELDS.join(dict.fromkeys(filter(None, folded)))


def renew_search_texts(database: Database) -> None:
    """Makes the text of accounts that have none: a migration has cleared it. Writes nothing if there are none."""
    with database.reader() as cursor:
        rows = cursor.execute("select client_account_id from accounts where search_text is null").fetchall()
    ids = [client_account_id for (client_account_id,) in rows]
    for first in range(0, len(ids), _ACCOUNTS_AT_ONCE):
        with database.writer() as cursor:
            _write(cursor, list(_stored_texts(cursor, Keys(ids[first : first + _ACCOUNTS_AT_ONCE]))))


def _words_of_owner(owner: OwnerSnapshot) -> Iterator[str | None]:
    given = " ".join(filter(None, (owner.given_name, owner.middle_names)))
    yield f"{given} {owner.family_name or ''}"
    yield f"{owner.given_name or ''} {owner.family_name or ''}"
    yield owner.email_address
    yield owner.phone_number
    yield "".join(filter(str.isdigit, owner.phone_number or ""))
    yield owner.client_owner_id
    yield owner.bakkt_owner_id


def _write(cursor: duckdb.DuckDBPyConnection, texts: Sequence[tuple[str, str]]) -> None:
    with staged(cursor, texts=table_of(_TEXTS, texts)):
        cursor.execute(
            "update accounts set search_text = texts.search_text from texts "
            "where accounts.client_account_id = texts.client_account_id"
        )


def _stored_texts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> Iterator[tuple[str, str]]:
    owners, documents = _stored_owners(cursor, keys), _stored_documents(cursor, keys)
    for client_account_id, display_name, bakkt_account_id, entity_name, owner_ids in _stored_accounts(cursor, keys):
        ids = [bakkt_account_id, *(owner_ids or ()), *documents[client_account_id]]
        names = [display_name, entity_name]
        yield client_account_id, account_text(client_account_id, names, owners[client_account_id], ids)


def _stored_accounts(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> list[tuple[Any, ...]]:
    """Id, name and Bakkt's id; the entity's name and Bakkt's owner ids are in the newest payload alone."""
    with keys.staged(cursor):
        return cursor.execute(
            f"""
            with
            newest as (
                select client_account_id, arg_max(account_json, (started_at, content_hash)) as account_json
                from readings
                where {keys.condition}
                group by client_account_id
            )
            select
                accounts.client_account_id,
                display_name,
                bakkt_account_id,
                json_extract_string(account_json, '$.request.entity.entityLegalName'),
                json_extract_string(account_json, '$.request.owners[*].ownerId')
            from accounts
            left join newest using (client_account_id)
            where accounts.{keys.condition}
            """,
            keys.parameters * 2,
        ).fetchall()


def _stored_owners(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> defaultdict[str, list[OwnerSnapshot]]:
    owners = defaultdict[str, list[OwnerSnapshot]](list)
    names = [one.name for one in fields(OwnerSnapshot) if one.name != "bakkt_owner_id"]
    for client_account_id, *values in sorted(keys.read(cursor, "owners", ", ".join(["client_account_id", *names]))):
        owner = OwnerSnapshot(**dict(zip(names, values, strict=True)), bakkt_owner_id=None)
        owners[client_account_id].append(owner)
    return owners


def _stored_documents(cursor: duckdb.DuckDBPyConnection, keys: Keys) -> defaultdict[str, list[str]]:
    documents = defaultdict[str, list[str]](list)
    for client_account_id, client_document_id in keys.read(
        cursor, "documents", "client_account_id, client_document_id"
    ):
        documents[client_account_id].append(client_document_id)
    return documents

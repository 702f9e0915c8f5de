"""Making the text that search looks at again, for accounts of earlier versions."""

from typing import Any

from workbench.domain.account.search_text import Field, account_text, ids_of
from workbench.domain.snapshots import OwnerSnapshot
from workbench.store.engine.database import Database
from workbench.store.engine.keys import update_rows
from workbench.store.engine.staging import schema
from workbench.store.facts.name_words import land_name_words

_ACCOUNTS_AT_ONCE = 20_000
_TEXTS = schema(client_account_id="text", search_text="text")


def renew_search_texts(database: Database) -> None:
    """Makes the text of accounts that have none: a migration has cleared it. Writes nothing if there are none."""
    with database.reader() as cursor:
        if cursor.execute("select 1 from accounts where search_text is null limit 1").fetchone() is None:
            return
        cursor.execute(_STORED)
        while rows := cursor.fetchmany(_ACCOUNTS_AT_ONCE):
            texts = list(map(_stored_text, rows))
            with database.writer() as writing:
                update_rows(writing, "accounts", _TEXTS, texts)
                land_name_words(writing, [text for _, text in texts])


def _stored_text(row: tuple[Any, ...]) -> tuple[str, str]:
    client_account_id, display_name, entity_name, owners, bakkt_account_id, owner_ids, document_ids = row
    people = (OwnerSnapshot(**owner, bakkt_owner_id=None) for owner in owners or ())
    ids = ((Field.OWNER_ID, one) for one in owner_ids or ())
    others = (*ids, *ids_of(bakkt_account_id, document_ids or ()))
    return client_account_id, account_text(client_account_id, (display_name, entity_name), people, others)


_STORED = """
with
named as (
    select
        client_account_id,
        arg_max(
            {
                'entity_name': json_extract_string(account_json, '$.request.entity.entityLegalName'),
                'owner_ids': json_extract_string(account_json, '$.request.owners[*].ownerId')
            },
            (started_at, content_hash)
        ) as payload
    from readings
    group by client_account_id
),
files as (
    select client_account_id, list(client_document_id) as document_ids
    from documents
    group by client_account_id
)
select
    client_account_id,
    accounts.display_name,
    named.payload.entity_name,
    accounts.owners,
    accounts.bakkt_account_id,
    named.payload.owner_ids,
    files.document_ids
from accounts
left join named using (client_account_id)
left join files using (client_account_id)
where accounts.search_text is null
"""
"""What is stored of accounts without text; the entity's name and Bakkt's owner ids are in the newest payload alone."""

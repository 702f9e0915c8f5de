"""Fills the table with one row per account from the five tables of earlier versions.

A part of the accounts at a time: that takes little memory, and shows how far it has come. If it is interrupted, the
next start begins again; the five tables are dropped only once it is complete.
"""

from collections.abc import Callable

import duckdb

from workbench.store.engine.database import Database
from workbench.store.engine.staging import count_of

OnProgress = Callable[[int, int], object]
"""Is told how many accounts are done, and of how many."""

ACCOUNTS_AT_ONCE = 50_000


def fill_one_row(database: Database, on_progress: OnProgress) -> None:
    with database.writer() as cursor:
        cursor.execute("delete from next_accounts")
        accounts = count_of(cursor, "select count(*) from accounts")
    parts = 1 + accounts // ACCOUNTS_AT_ONCE
    for part in range(parts if accounts else 0):
        on_progress(part * accounts // parts, accounts)
        with database.writer() as cursor:
            fill_part(cursor, part, parts)


def fill_part(cursor: duckdb.DuckDBPyConnection, part: int, parts: int) -> None:
    cursor.execute(_FILL, {"part": part, "parts": parts})


_OF_PART = "where hash(client_account_id) % $parts::ubigint = $part::ubigint"

_FILL = f"""
insert into next_accounts by name
with
people as (
    select
        client_account_id,
        list(
            {{
                'position': position, 'client_owner_id': client_owner_id, 'role': role, 'given_name': given_name,
                'middle_names': middle_names, 'family_name': family_name, 'email_address': email_address,
                'phone_number': phone_number, 'country': country
            }}
            order by position
        ) as owners
    from owners {_OF_PART}
    group by client_account_id
),
lacking as (
    select client_account_id, list(field order by ordinal) as missing_fields
    from missing_fields {_OF_PART}
    group by client_account_id
),
lines as (
    select
        client_account_id,
        list(
            {{
                'requirement': requirement, 'client_owner_id': client_owner_id, 'has_documents': has_documents,
                'valid_through': valid_through, 'reason': reason
            }}
            order by ordinal
        ) as requirements
    from requirements {_OF_PART}
    group by client_account_id
),
undated as (
    select distinct client_account_id
    from documents {_OF_PART} and created_at is null
),
steps as (
    select client_account_id, max(ordinal) as standing_ordinal
    from journey {_OF_PART}
    group by client_account_id
),
reads as (
    select client_account_id, max(read_at) as read_at
    from account_reads {_OF_PART}
    group by client_account_id
),
known as (
    select * replace (list_sort(counted_expiries) as counted_expiries)
    from accounts {_OF_PART}
)
select
    known.* exclude (counted_expiries, owners_hash, missing_fields_hash, requirements_hash),
    counted_expiries[1] as first_expiry_at,
    counted_expiries[2] as second_expiry_at,
    counted_expiries[3] as third_expiry_at,
    steps.standing_ordinal,
    reads.read_at,
    case when reads.read_at is not null then coalesce(people.owners, []) end as owners,
    case when reads.read_at is not null then coalesce(lacking.missing_fields, []) end as missing_fields,
    case when reads.read_at is not null then coalesce(lines.requirements, []) end as requirements,
    case when reads.read_at is not null then coalesce(len(lacking.missing_fields), 0) end as fields_missing,
    case when reads.read_at is not null then undated.client_account_id is not null end as has_undated_documents
from known
left join people using (client_account_id)
left join lacking using (client_account_id)
left join lines using (client_account_id)
left join undated using (client_account_id)
left join steps using (client_account_id)
left join reads using (client_account_id)
"""

-- quality/backfill_progress()
-- Backfill progress: one row per account type and field (owners together), accounts lacking it now and those filled in.
with
known as not materialized (  -- it is named twice, so all accounts would be kept in memory
    select client_account_id, account_type, fields_missing, missing_fields
    from accounts
    where not is_taken_out
),
lacking_alike as (  -- many accounts lack the same fields
    select account_type, missing_fields, count(*) as accounts
    from known
    where fields_missing > 0
    group by account_type, missing_fields
),
lacking as (
    select account_type, unnest(of_all_owners(missing_fields)) as field, accounts
    from lacking_alike
),
once_lacking as (
    select
        readings.client_account_id,
        known.account_type,
        of_all_owners(known.missing_fields) as lacking_now,
        unnest(of_all_owners(string_split(readings.missing_fields, chr(10)))) as field
    from readings
    join known using (client_account_id)
    where readings.missing_fields <> '' and readings.missing_fields <> array_to_string(known.missing_fields, chr(10))
),
counts as (
    select account_type, field, accounts as missing, 0 as backfilled
    from lacking
    union all
    select account_type, field, 0 as missing, count(distinct client_account_id) as backfilled
    from once_lacking
    where not list_contains(lacking_now, field)
    group by account_type, field
)
select
    account_type,
    field,
    sum(missing)::bigint as accounts_missing,
    sum(backfilled)::bigint as accounts_backfilled,
    accounts_backfilled / (accounts_missing + accounts_backfilled) as share_backfilled
from counts
group by account_type, field
order by accounts_missing desc, account_type, field;

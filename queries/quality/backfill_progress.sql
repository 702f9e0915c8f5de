-- quality/backfill_progress()
-- Backfill progress: one row per account type and field (owners together), accounts lacking it now and those filled in.
with
once_lacking as (
    select distinct client_account_id, regexp_replace(field, '\[\d+\]', '[]', 'g') as field
    from (
        select client_account_id, unnest(string_split(missing_fields, chr(10))) as field
        from readings
        where missing_fields <> ''
    )
),
lacking as (
    select distinct client_account_id, regexp_replace(field, '\[\d+\]', '[]', 'g') as field
    from missing_fields
),
ever_lacking as (
    select
        client_account_id,
        field,
        lacking.client_account_id is not null as is_lacking
    from once_lacking
    full join lacking using (client_account_id, field)
)
select
    accounts.account_type,
    ever_lacking.field,
    count(*) filter (where is_lacking) as accounts_missing,
    count(*) filter (where not is_lacking) as accounts_backfilled,
    count(*) filter (where not is_lacking) / count(*) as share_backfilled
from ever_lacking
join accounts using (client_account_id)
anti join taken_out using (client_account_id)
group by accounts.account_type, ever_lacking.field
order by accounts_missing desc, accounts.account_type, ever_lacking.field;

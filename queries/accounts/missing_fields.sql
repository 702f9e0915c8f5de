-- accounts/missing_fields(client_account_id)
-- One account's missing fields: one row per field, in the payload's order.
with
numbered as (
    select generate_subscripts(missing_fields, 1) as ordinal, unnest(missing_fields) as field
    from accounts
    where client_account_id = $client_account_id
)
select field
from numbered
order by ordinal;

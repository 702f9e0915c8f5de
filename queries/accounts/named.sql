-- accounts/named(client_account_ids)
-- The accounts with these ids, a JSON list, in its order: one row per known account.
with
wanted as (
    select unnest(ids) as client_account_id, generate_subscripts(ids, 1) as ordinal
    from (select from_json($client_account_ids::json, '["varchar"]') as ids)
)
select client_account_id, display_name, account_type, standing, turn
from wanted
join accounts_now using (client_account_id)
order by ordinal;

-- documents/identity_missing()
-- Owners outside the USA without an identity document, of accounts that may need one: one row per owner.
with
lacking as (
    select client_account_id, regexp_extract(field, '^owners\[(\d+)\]', 1)::bigint as position
    from missing_fields
    where field like 'owners[%].identityDocument'
)
select
    lacking.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    lacking.position + 1 as owner_number,
    owners.client_owner_id,
    owners.country,
    accounts_now.standing_since
from lacking
join accounts_now using (client_account_id)
left join owners using (client_account_id, position)
where may_change(accounts_now.standing)
order by accounts_now.turn <> 'us', accounts_now.standing_since, lacking.client_account_id, lacking.position;

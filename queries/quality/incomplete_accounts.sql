-- quality/incomplete_accounts()
-- Accounts with missing data, most missing fields first: one row per account that lacks a field new ones require.
select
    client_account_id,
    accounts_now.display_name,
    accounts_now.account_type,
    accounts_now.standing,
    accounts_now.turn,
    count(*) as fields_missing
from missing_fields
join accounts_now using (client_account_id)
where accounts_now.standing not in ('closed', 'rejected', 'liquidated')
group by all
order by fields_missing desc, client_account_id;

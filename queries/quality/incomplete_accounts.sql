-- quality/incomplete_accounts()
-- Accounts with missing data, most missing fields first: one row per account that lacks a field new ones require.
select client_account_id, display_name, account_type, standing, turn, fields_missing::bigint as fields_missing
from accounts_now
where is_missing_data(standing, fields_missing)
order by fields_missing desc, client_account_id;

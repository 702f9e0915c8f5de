-- Whether an account is out of the registry, on its row: counts and lists then need not join the ids of all accounts with
-- those that are out.
alter table accounts add column is_taken_out boolean default false;
update accounts
set is_taken_out = true
from (
    select client_account_id, arg_max(is_taken_out, change_number) as is_out
    from registry_changes
    group by client_account_id
) as changes
where changes.client_account_id = accounts.client_account_id and changes.is_out;
delete from views_applied;

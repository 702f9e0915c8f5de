-- Whether an account of the registry was ever read: those that were not are found without a join with all accounts.
drop index if exists registry_by_account;
alter table registry add column is_read boolean default false;
update registry
set is_read = client_account_id in (
    select client_account_id
    from accounts
    where read_at is not null
);
delete from views_applied;

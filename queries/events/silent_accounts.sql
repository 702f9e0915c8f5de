-- events/silent_accounts(hours=24)
-- Accounts opened more than the given hours ago that never had an event, newest first: one row per account.
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.account_type,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.opened_at,
    hours_between(accounts_now.opened_at, desk_now()) as hours_open,
    account_reads.read_at
from accounts_now
left join account_reads using (client_account_id)
where accounts_now.last_event_at is null
    and hours_between(accounts_now.opened_at, desk_now()) > desk_hours($hours::double)
order by accounts_now.opened_at desc, accounts_now.client_account_id;

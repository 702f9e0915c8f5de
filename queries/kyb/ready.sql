-- kyb/ready()
-- Entities whose checklist is met and whose KYB has not started or ended unapproved, due first: one row per account.
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.due_at,
    backlog_kyb_ready.holds_through,
    backlog_kyb_ready.lines_ruled
from backlog_kyb_ready
join accounts_now using (client_account_id)
where accounts_now.is_open
order by accounts_now.due_at nulls last, accounts_now.standing_since, accounts_now.client_account_id;

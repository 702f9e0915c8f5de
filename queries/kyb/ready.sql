-- kyb/ready()
-- Entities whose checklist is met and whose KYB has not started or ended unapproved, due first: one row per account.
with
ruled as (
    select client_account_id, count(*) filter (where is_by_ruling) as lines_ruled
    from checklists(true)
    group by client_account_id
)
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.due_at,
    last_day(accounts_now.kyb_ready_through) as holds_through,
    ruled.lines_ruled
from accounts_now
join ruled using (client_account_id)
where is_kyb_ready(accounts_now.standing, accounts_now.kyb_ready_through)
order by accounts_now.due_at nulls last, accounts_now.standing_since, accounts_now.client_account_id;

-- kyb/ready()
-- Entities whose checklist is met and whose KYB has not started or ended unapproved, due first: one row per account.
with
complete as (
    select client_account_id, min(holds_through) as holds_through, count(*) filter (where is_by_ruling) as lines_ruled
    from checklist_now
    group by client_account_id
    having bool_and(is_met)
),
started as (
    select client_account_id
    from kyb_screens
    where not (is_manual and coalesce(ended_as in ('rejected', 'withdrawn'), false))
)
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.due_at,
    complete.holds_through,
    complete.lines_ruled
from accounts_now
join complete using (client_account_id)
anti join started using (client_account_id)
where accounts_now.is_open
order by accounts_now.due_at nulls last, accounts_now.standing_since, accounts_now.client_account_id;

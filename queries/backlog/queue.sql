-- backlog/queue()
-- All open accounts, furthest past due first: one row per account in a standing that is not final.
select
    client_account_id,
    display_name,
    account_type,
    standing,
    turn,
    standing_since,
    age_hours,
    due_at,
    hours_overdue,
    link_state,
    link_expires_at,
    hours_left,
    expirations_left,
    is_past_due,
    is_due_soon
from accounts_now
where is_open
order by due_at, client_account_id;

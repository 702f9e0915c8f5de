-- verification/backlog()
-- Accounts that must still verify, past due first, then by hours left: one row per account in verification.
select
    client_account_id,
    display_name,
    standing_since,
    age_hours,
    link_state,
    link_expires_at,
    hours_left,
    expirations_used,
    expirations_left,
    turn,
    due_at,
    hours_overdue
from accounts_now
where standing = 'verification'
order by due_at < desk_now() desc, hours_left nulls first, expirations_left, client_account_id;

-- verification/backlog(link=all, late=false, limit=1000000000, offset=0)
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
    hours_overdue,
    is_past_due,
    is_last_link,
    needs_new_link,
    is_used_up
from accounts_now
where standing = 'verification'
    and list_contains(link_lists(link_state, is_last_link, needs_new_link, is_used_up), $link)
    and (is_past_due or not $late::boolean)
order by is_past_due desc, hours_left nulls first, expirations_left, client_account_id
limit $limit::bigint
offset $offset::bigint;

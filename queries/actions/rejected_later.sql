-- actions/rejected_later(client_account_id=null)
-- Updates that Bakkt accepted and rejected later, and that nobody has seen yet: one row per action, oldest first.
select action_id, started_at, settled_at, actor, client_account_id, kind, outcome, reason
from actions
where outcome = 'rejected_later'
    and seen_at is null
    and client_account_id = coalesce($client_account_id::varchar, client_account_id)
order by settled_at, action_id;

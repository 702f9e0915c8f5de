-- actions/rejected_later(client_account_id=null)
-- Updates that Bakkt accepted and rejected later, and that nobody has seen yet: one row per action, oldest first.
select
    actions.action_id,
    actions.started_at,
    actions.settled_at,
    actions.actor,
    actions.client_account_id,
    accounts.display_name,
    actions.kind,
    actions.outcome,
    actions.reason
from actions
left join accounts using (client_account_id)
where actions.outcome = 'rejected_later'
    and actions.seen_at is null
    and actions.client_account_id = coalesce($client_account_id::varchar, actions.client_account_id)
order by actions.settled_at, actions.action_id;

-- actions/awaiting(client_account_id=null)
-- Actions that one person confirmed and that wait for a second, the first to lapse first: one row per action.
select
    actions_now.action_id,
    actions_now.asked_at,
    actions_now.lapses_at,
    actions_now.actor,
    actions_now.client_account_id,
    accounts.display_name,
    actions_now.kind,
    actions_now.outcome,
    actions_now.reason
from actions_now
left join accounts using (client_account_id)
where actions_now.outcome = 'awaiting_second'
    and actions_now.client_account_id = coalesce($client_account_id::varchar, actions_now.client_account_id)
order by actions_now.lapses_at, actions_now.action_id;

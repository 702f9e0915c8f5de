-- actions/unsettled(client_account_id=null, kind=null)
-- Actions without an answer or whose answer was lost, oldest first: one row per action.
select
    actions.action_id,
    actions.started_at,
    actions.finished_at,
    actions.actor,
    actions.client_account_id,
    accounts.display_name,
    actions.kind,
    actions.slot,
    actions.outcome,
    actions.reason,
    actions.note
from actions
left join accounts using (client_account_id)
where is_unsettled(actions.outcome)
    and actions.client_account_id = coalesce($client_account_id::varchar, actions.client_account_id)
    and actions.kind = coalesce($kind::varchar, actions.kind)
order by actions.started_at, actions.action_id;

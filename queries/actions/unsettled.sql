-- actions/unsettled(client_account_id=null, kind=null)
-- Actions without an answer or whose answer was lost, oldest first: one row per action.
select action_id, started_at, finished_at, actor, client_account_id, kind, slot, outcome, reason, note
from actions
where outcome in ('sent', 'unknown')
    and client_account_id = coalesce($client_account_id::varchar, client_account_id)
    and kind = coalesce($kind::varchar, kind)
order by started_at, action_id;

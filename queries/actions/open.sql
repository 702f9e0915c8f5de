-- actions/open(client_account_id, kind=null)
-- Actions that close their kind on an account until they are settled or ended, oldest first: one row per action.
select action_id, started_at, actor, slot, outcome
from actions_now
where client_account_id = $client_account_id
    and kind = coalesce($kind::varchar, kind)
    and closes_its_kind(outcome)
order by started_at, action_id;

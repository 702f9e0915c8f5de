-- actions/under_review()
-- Accepted updates that Bakkt may have rejected since, as their account was last read: one row per action.
with
newest as (
    select client_account_id, arg_max(action_id, started_at) as action_id
    from actions
    where kind = 'update_account' and outcome not in ('not_sent', 'refused')
    group by client_account_id
)
select
    actions.action_id,
    actions.client_account_id,
    account_reads.read_at
from actions
join newest using (action_id)
join account_reads on account_reads.client_account_id = actions.client_account_id
join accounts on accounts.client_account_id = actions.client_account_id
where actions.outcome = 'accepted'
    and account_reads.read_at >= actions.finished_at
    and (accounts.request_status in ('REJECTED', 'CANCELLED') or len(actions.pending_ids) > 0)
order by actions.started_at, actions.action_id;

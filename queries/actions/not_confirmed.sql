-- actions/not_confirmed(client_account_id=null, hours=24)
-- Actions declined, withdrawn or lapsed in the last hours, and not asked for again, newest first: one row per action.
select
    actions_now.action_id,
    actions_now.asked_at,
    actions_now.waiting_ended_at,
    actions_now.actor,
    actions_now.client_account_id,
    accounts.display_name,
    actions_now.kind,
    actions_now.waiting_ended_as,
    actions_now.lapse_reason,
    actions_now.second_actor,
    actions_now.second_reason
from actions_now
left join accounts using (client_account_id)
anti join actions as later
    on later.client_account_id = actions_now.client_account_id
    and later.kind = actions_now.kind
    and later.started_at > actions_now.waiting_ended_at
where actions_now.waiting_ended_as in ('declined', 'withdrawn', 'lapsed')
    and hours_between(actions_now.waiting_ended_at, desk_now()) < $hours::double
    and actions_now.client_account_id = coalesce($client_account_id::varchar, actions_now.client_account_id)
order by actions_now.waiting_ended_at desc, actions_now.action_id;

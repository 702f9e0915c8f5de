-- actions/log(since=null, client_account_id=null, kind=null, outcome=null, actor=null)
-- The action log: every write to Bakkt since a day or moment (UTC), newest first, one row per action.
select
    started_at,
    actor,
    client_account_id,
    kind,
    outcome,
    array_to_string(changed_fields, ', ') as changed_fields,
    bakkt_words,
    finished_at,
    reason,
    settled_by,
    action_id,
    slot,
    note,
    coalesce(json_extract_string(what, '$.confirmed_although'), '') as confirmed_although
from actions
where started_at >= coalesce($since::timestamp, timestamp '0001-01-01')
    and client_account_id = coalesce($client_account_id::varchar, client_account_id)
    and kind = coalesce($kind::varchar, kind)
    and outcome = coalesce($outcome::varchar, outcome)
    and actor = coalesce($actor::varchar, actor)
order by started_at desc, action_id;

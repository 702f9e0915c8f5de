-- actions/log(since=null, client_account_id=null, kind=null, outcome=null, actor=null, limit=1000000000, offset=0)
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
from logged_actions($since, $client_account_id, $kind, $outcome, $actor)
order by started_at desc, action_id
limit $limit::bigint
offset $offset::bigint;

-- actions/log(since=null, client_account_id=null, kind=null, outcome=null, actor=null, unsettled_first=false, limit=1000000000, offset=0)
-- The action log: every write to Bakkt since a day or moment (UTC), newest first, one row per action.
with
listed as (
    select
        started_at,
        actor,
        client_account_id,
        kind,
        outcome,
        changed_fields,
        bakkt_words,
        finished_at,
        reason,
        settled_by,
        action_id,
        slot,
        note,
        what,
        lapses_at,
        lapse_reason,
        waiting_ended_as,
        waiting_ended_at,
        second_actor,
        second_reason,
        $unsettled_first::boolean and closes_its_kind(outcome) as is_first
    from logged_actions($since, $client_account_id, $kind, $outcome, $actor)
    order by is_first desc, started_at desc, action_id
    limit $limit::bigint
    offset $offset::bigint
)
select
    listed.started_at,
    listed.actor,
    listed.client_account_id,
    accounts.display_name,
    listed.kind,
    listed.outcome,
    array_to_string(listed.changed_fields, ', ') as changed_fields,
    listed.bakkt_words,
    listed.finished_at,
    listed.reason,
    listed.settled_by,
    listed.action_id,
    listed.slot,
    listed.note,
    coalesce(json_extract_string(listed.what, '$.confirmed_although'), '') as confirmed_although,
    listed.lapses_at,
    listed.lapse_reason,
    listed.waiting_ended_as,
    listed.waiting_ended_at,
    listed.second_actor,
    listed.second_reason
from listed
left join accounts using (client_account_id)
order by listed.is_first desc, listed.started_at desc, listed.action_id;

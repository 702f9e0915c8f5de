-- actions/doubtful()
-- Actions that may have arrived unseen, unless a later one explains what is seen: one row per action, oldest first.
with
doubtful as (
    select
        action_id,
        client_account_id,
        kind,
        slot,
        outcome,
        started_at,
        settled_at,
        json_extract_string(what, '$.client_document_id') as client_document_id
    from actions
    where kind in ('open_account', 'update_account', 'upload_document')
        and (outcome = 'unknown' or (outcome = 'not_sent' and settled_at is not null))
),
followed as (
    select distinct doubtful.action_id
    from doubtful
    inner join actions as later using (client_account_id, kind, slot)
    where later.started_at > doubtful.started_at
        and later.outcome in ('sent', 'accepted', 'unknown', 'rejected_later')
        and doubtful.client_document_id
            is not distinct from json_extract_string(later.what, '$.client_document_id')
)
select
    doubtful.action_id,
    doubtful.kind,
    doubtful.outcome,
    doubtful.client_account_id,
    doubtful.slot,
    doubtful.started_at,
    doubtful.settled_at,
    account_reads.read_at
from doubtful
left join followed using (action_id)
left join account_reads using (client_account_id)
where followed.action_id is null
order by doubtful.started_at, doubtful.action_id;

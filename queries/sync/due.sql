-- sync/due(everything=false, final_after_hours=168)
-- Accounts that a run reads, in order: never read first, then the longest unread; one row per account.
with
failing as (
    select client_account_id, max(failed_at) as failed_at
    from sync_failures
    group by client_account_id
),
known as (
    select
        registered.client_account_id,
        accounts.read_at,
        accounts.standing in ('active', 'rejected', 'liquidated', 'closed') as is_final,
        accounts.last_event_at > accounts.read_at as has_news,
        failing.failed_at > accounts.read_at as is_failing,
        accounts.has_undated_documents
    from registered
    left join accounts using (client_account_id)
    left join failing using (client_account_id)
)
select client_account_id
from known
where $everything::boolean
    or read_at is null
    or not coalesce(is_final, false)
    or has_news
    or is_failing
    or has_undated_documents
    or read_at < (select max(found_at) from losses)
    or hours_between(read_at, desk_now()) >= $final_after_hours::double
order by read_at nulls first, client_account_id;

-- sync/due(everything=false, final_after_hours=168)
-- Accounts that a run reads, in order: never read first, then the longest unread; one row per account.
with
undated as (
    select distinct client_account_id
    from documents
    where created_at is null
),
failing as (
    select client_account_id, max(failed_at) as failed_at
    from sync_failures
    group by client_account_id
),
known as (
    select
        registered.client_account_id,
        account_reads.read_at,
        accounts.standing in ('active', 'rejected', 'liquidated', 'closed') as is_final,
        accounts.last_event_at > account_reads.read_at as has_news,
        failing.failed_at > account_reads.read_at as is_failing,
        undated.client_account_id is not null as has_undated_document
    from registered
    left join account_reads using (client_account_id)
    left join accounts using (client_account_id)
    left join failing using (client_account_id)
    left join undated using (client_account_id)
)
select client_account_id
from known
where $everything::boolean
    or read_at is null
    or not coalesce(is_final, false)
    or has_news
    or is_failing
    or has_undated_document
    or read_at < (select max(found_at) from losses)
    or hours_between(read_at, desk_now()) >= $final_after_hours::double
order by read_at nulls first, client_account_id;

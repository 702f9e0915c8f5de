-- data/health()
-- How complete and how fresh the data is: one row.
with
reads as (
    select
        (select count(*) from registered) as registered,
        count(*) as read_ok,
        (select count(*) from registered) - count(*) as never_read,
        min(read_at) as oldest_read_at,
        max(read_at) as newest_read_at
    from account_reads
    anti join taken_out using (client_account_id)
),
received as (
    select count(*) as events, max(received_at) as last_event_at from events
),
set_aside as (
    select count(*) as events_set_aside from events_set_aside
),
failing as (
    select count(distinct sync_failures.client_account_id) as failing
    from sync_failures
    anti join taken_out using (client_account_id)
    left join account_reads using (client_account_id)
    where account_reads.read_at is null or account_reads.read_at < sync_failures.failed_at
),
document_counts as (
    select count(*) as documents, count(*) filter (where created_at is null) as documents_undated
    from documents
    anti join taken_out using (client_account_id)
)
select
    reads.registered,
    reads.read_ok,
    reads.never_read,
    failing.failing,
    reads.oldest_read_at,
    reads.newest_read_at,
    received.events,
    received.last_event_at,
    set_aside.events_set_aside,
    document_counts.documents,
    document_counts.documents_undated
from reads
cross join received
cross join set_aside
cross join failing
cross join document_counts;

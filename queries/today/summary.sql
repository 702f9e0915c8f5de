-- today/summary()
-- What needs someone now, in one row of counts.
with
counts as (
    select
        count(*) filter (where standing = 'verification') as verification_total,
        count(*) filter (where link_state = 'expiring') as links_expiring,
        count(*) filter (where link_state = 'expired' and expirations_left > 0) as links_expired,
        count(*) filter (where link_state = 'unknown') as links_unknown,
        count(*) filter (where link_state in ('live', 'expiring') and expirations_left = 1) as last_links,
        count(*) filter (where standing = 'verification' and expirations_left = 0) as links_exhausted,
        count(*) filter (where due_at < desk_now()) as stuck_total,
        count(*) filter (where due_at < desk_now() and turn = 'us') as stuck_us,
        count(*) filter (where due_at < desk_now() and turn = 'customer') as stuck_customer,
        count(*) filter (where due_at < desk_now() and turn = 'bakkt') as stuck_bakkt,
        count(*) filter (where due_at >= desk_now() and hours_overdue > -24) as due_soon,
        count(*) filter (where not is_final) as open_total,
        count(contradiction) as contradictions,
        count(*) as accounts_total,
        max(last_event_at) as last_event_at
    from accounts_now
),
reads as (
    select
        (select count(*) from registry) - count(*) as never_read,
        min(read_at) as oldest_read_at
    from account_reads
),
failing as (
    select count(distinct sync_failures.client_account_id) as failures_open
    from sync_failures
    left join account_reads using (client_account_id)
    where account_reads.read_at is null or account_reads.read_at < sync_failures.failed_at
),
last_run as (
    select
        max(started_at) as last_run_at,
        arg_max(accounts_failed, started_at) as last_run_failed,
        arg_max(coalesce(stopped_because, ''), started_at) as last_run_stopped_because
    from sync_runs
)
select
    counts.verification_total,
    counts.links_expiring,
    counts.links_expired,
    counts.links_unknown,
    counts.last_links,
    counts.links_exhausted,
    counts.stuck_total,
    counts.stuck_us,
    counts.stuck_customer,
    counts.stuck_bakkt,
    counts.due_soon,
    counts.open_total,
    counts.contradictions,
    counts.accounts_total,
    counts.last_event_at,
    reads.never_read,
    reads.oldest_read_at,
    failing.failures_open,
    last_run.last_run_at,
    last_run.last_run_failed,
    nullif(last_run.last_run_stopped_because, '') as last_run_stopped_because
from counts
cross join reads
cross join failing
cross join last_run;

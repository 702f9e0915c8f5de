-- today/summary()
-- What needs attention now: one row of counts.
with
links as (
    select
        count(*) as verification_total,
        count(*) filter (where link_state = 'expiring') as links_expiring,
        count(*) filter (where needs_new_link) as links_expired,
        count(*) filter (where link_state = 'unknown') as links_unknown,
        count(*) filter (where is_last_link) as last_links,
        count(*) filter (where is_used_up) as links_used_up
    from accounts_now
    where standing = 'verification'
),
past_due as (
    select
        count(*) as stuck_total,
        count(*) filter (where turn = 'us') as stuck_us,
        count(*) filter (where turn = 'customer') as stuck_customer,
        count(*) filter (where turn = 'bakkt') as stuck_bakkt
    from accounts_now
    where is_past_due
),
due_soon as (
    select count(*) as due_soon
    from accounts_now
    where is_due_soon
),
open_accounts as (
    select count(*) as open_total
    from accounts_now
    where is_open
),
all_accounts as (
    select
        count(*) as accounts_total,
        max(last_event_at) as last_event_at
    from accounts_now
),
disagreeing as (
    select
        count(contradiction) as contradictions,
        count(*) filter (where is_restricted) as restricted_by_event
    from trading_disagreements
),
reads as (
    select
        (select count(*) from registered) - count(*) as never_read,
        min(read_at) as oldest_read_at
    from account_reads
    anti join taken_out using (client_account_id)
),
failing as (
    select count(distinct sync_failures.client_account_id) as failures_open
    from sync_failures
    anti join taken_out using (client_account_id)
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
    links.verification_total,
    links.links_expiring,
    links.links_expired,
    links.links_unknown,
    links.last_links,
    links.links_used_up,
    past_due.stuck_total,
    past_due.stuck_us,
    past_due.stuck_customer,
    past_due.stuck_bakkt,
    due_soon.due_soon,
    open_accounts.open_total,
    disagreeing.contradictions,
    disagreeing.restricted_by_event,
    all_accounts.accounts_total,
    all_accounts.last_event_at,
    reads.never_read,
    reads.oldest_read_at,
    failing.failures_open,
    last_run.last_run_at,
    last_run.last_run_failed,
    nullif(last_run.last_run_stopped_because, '') as last_run_stopped_because
from links
cross join past_due
cross join due_soon
cross join open_accounts
cross join all_accounts
cross join disagreeing
cross join reads
cross join failing
cross join last_run;

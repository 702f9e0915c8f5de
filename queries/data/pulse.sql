-- data/pulse()
-- Whether there is anything yet, and what is missing from the data, for the sign in the bar: one row.
with
ids as (
    select count(*) as registered, count(*) filter (where not is_read) as never_read
    from registry
    anti join taken_out using (client_account_id)
),
out as (  -- usually none, which costs no look at the accounts
    select count(*) as accounts_out
    from accounts
    semi join taken_out using (client_account_id)
),
failing as (
    select count(distinct sync_failures.client_account_id) as failing
    from sync_failures
    anti join taken_out using (client_account_id)
    left join account_reads using (client_account_id)
    where account_reads.read_at is null or account_reads.read_at < sync_failures.failed_at
)
select
    (select count(*) from accounts) - out.accounts_out as accounts_total,
    ids.registered,
    ids.never_read,
    failing.failing,
    (select count(*) from events_set_aside) as events_set_aside
from ids
cross join out
cross join failing;

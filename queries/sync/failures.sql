-- sync/failures()
-- Accounts whose last reading failed, newest first: one row per account, with its latest reason.
with
latest as (
    select
        client_account_id,
        arg_max(title, failed_at) as title,
        arg_max(reason, failed_at) as reason,
        max(failed_at) as failed_at,
        count(*) as times
    from sync_failures
    group by client_account_id
)
select latest.client_account_id, latest.title, latest.reason, latest.failed_at, latest.times
from latest
anti join taken_out using (client_account_id)
left join account_reads using (client_account_id)
where account_reads.read_at is null or account_reads.read_at < latest.failed_at
order by latest.failed_at desc, latest.client_account_id;

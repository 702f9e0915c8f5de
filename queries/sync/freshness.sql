-- sync/freshness()
-- When an account was last read from Bakkt, and why the last sync stopped early, if it did: one row.
with
readings as (
    select max(read_at) as last_read_at
    from account_reads
),
last_run as (
    select stopped_because
    from sync_runs
    order by started_at desc, run_id
    limit 1
)
select readings.last_read_at, last_run.stopped_because
from readings
left join last_run on true;

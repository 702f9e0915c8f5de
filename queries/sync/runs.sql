-- sync/runs()
-- Sync runs, newest first: one row per run.
select
    run_id,
    started_at,
    finished_at,
    accounts_due,
    accounts_read,
    accounts_failed,
    accounts_changed,
    requests,
    scope,
    stopped_because
from sync_runs
order by started_at desc, run_id;

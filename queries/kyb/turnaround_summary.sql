-- kyb/turnaround_summary(is_manual=null)
-- How long KYB screens of one kind, or of both, took where it is known, and how many are still open: one row.
select
    count(*) as screens,
    count(kyb_screens.hours) as screens_timed,
    quantile_cont(kyb_screens.hours, 0.5) as median_hours,
    quantile_cont(kyb_screens.hours, 0.9) as p90_hours,
    count(*) filter (where kyb_screens.decided_at is null) as screens_open,
    min(kyb_screens.started_at) filter (where kyb_screens.decided_at is null) as oldest_started_at
from kyb_screens
semi join accounts_now using (client_account_id)
where kyb_screens.is_manual = coalesce($is_manual::boolean, kyb_screens.is_manual);

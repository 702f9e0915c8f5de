-- funnel/spans(path)
-- How long each account took to reach each step, if its date is known: one row per account.
select
    entered_at::date as entered_on,
    documented_us,
    screened_us,
    cleared_us,
    trading_us
from funnel_cohort($path, null, null, null);

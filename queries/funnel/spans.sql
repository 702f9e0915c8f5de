-- funnel/spans(path)
-- How long each account took to each step that it reached at a known time: one row per account.
select
    entered_at::date as entered_on,
    documented_us,
    screened_us,
    cleared_us,
    trading_us
from funnel_entrants($path, null, null, null);

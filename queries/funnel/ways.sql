-- funnel/ways(path)
-- Accounts by the steps they reached and how long each took: one row per day of entry and combination.
with
cohort as (
    select
        entered_at::date as entered_on,
        hours_had(since_entry_us) as hours_had,
        case when is_documented then hours_of_way(documented_undated, documented_us) end as documented_hours,
        case when is_screened then hours_of_way(screened_undated, screened_us) end as screened_hours,
        case when is_cleared then hours_of_way(cleared_undated, cleared_us) end as cleared_hours,
        case when is_trading then hours_of_way(trading_undated, trading_us) end as trading_hours,
        case when not is_cleared then last_step end as last_step,
        case when not is_cleared then standing end as standing,
        case when not is_cleared then turn end as turn
    from funnel_cohort($path, null, null, null)
)
select
    entered_on,
    hours_had,
    documented_hours,
    screened_hours,
    cleared_hours,
    trading_hours,
    last_step,
    standing,
    turn,
    count(*) as accounts
from cohort
group by all;

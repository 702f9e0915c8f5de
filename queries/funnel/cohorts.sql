-- funnel/cohorts(path, since=null, until=null, window_days=30)
-- The funnel by week of entry: one row per cohort (its Monday) and step; mature when all its accounts are.
with
steps as (
    select date_trunc('week', entered_at)::date as cohort, ordinal, step, is_mature, is_reached, undated, hours_to_step
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer)
)
select
    cohort,
    ordinal,
    step,
    count(*) as entered,
    count(*) filter (where is_reached) as accounts,
    count(*) filter (where is_reached and is_mature and not undated) as accounts_mature,
    count(*) filter (where is_reached and is_mature and not undated)
        / nullif(count(*) filter (where is_mature and not undated), 0) as share_of_entered,
    median(hours_to_step) filter (where is_reached and not undated) as median_hours,
    count(*) filter (where undated) as undated,
    bool_and(is_mature) as is_mature
from steps
group by cohort, ordinal, step
order by cohort desc, ordinal;

-- funnel/steps(path, since=null, until=null, window_days=30)
-- How far accounts that entered in [since, until) came within the window: one row per step of the path.
with
counts as (
    select
        ordinal,
        count(*) filter (where is_reached) as accounts,
        count(*) filter (where is_reached and is_mature and not undated) as accounts_mature,
        count(*) filter (where is_mature and not undated) as entered_mature_datable,
        count(*) filter (where is_mature and is_candidate and not undated) as previous_mature_datable,
        count(*) filter (where undated) as undated,
        count(*) filter (where is_mature) as entered_mature,
        count(*) filter (where not is_mature) as entered_immature,
        median(hours_to_step) filter (where is_reached and not undated) as median_hours,
        quantile_cont(hours_to_step, 0.9) filter (where is_reached and not undated) as p90_hours
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer)
    group by ordinal
)
select
    steps.ordinal,
    steps.step,
    coalesce(counts.accounts, 0) as accounts,
    coalesce(counts.accounts_mature, 0) as accounts_mature,
    counts.accounts_mature / nullif(counts.entered_mature_datable, 0) as share_of_entered,
    case when steps.ordinal > 1 then counts.accounts_mature / nullif(counts.previous_mature_datable, 0) end
        as share_of_previous,
    counts.median_hours,
    counts.p90_hours,
    coalesce(counts.undated, 0) as undated,
    coalesce(counts.entered_mature_datable, 0) as entered_dated,
    case when steps.ordinal > 1 then counts.previous_mature_datable end as previous_dated,
    coalesce(counts.entered_mature, 0) as entered_mature,
    coalesce(counts.entered_immature, 0) as entered_immature
from path_steps($path) as steps
left join counts using (ordinal)
order by steps.ordinal;

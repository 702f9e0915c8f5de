-- funnel/steps(path, since=null, until=null, window_days=30)
-- How far accounts that entered in [since, until) came within the window: one row per step of the path.
with
counts as (
    select
        ordinal,
        step,
        count(*) filter (where is_reached) as accounts,
        count(*) filter (where is_reached and is_mature and not undated) as accounts_mature,
        count(*) filter (where is_mature and not undated) as entered_mature_datable,
        count(*) filter (where undated) as undated,
        count(*) filter (where is_mature) as entered_mature,
        count(*) filter (where not is_mature) as entered_immature,
        median(hours_to_step) filter (where is_reached and not undated) as median_hours,
        quantile_cont(hours_to_step, 0.9) filter (where is_reached and not undated) as p90_hours
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer)
    group by ordinal, step
),
from_previous as (
    select here.ordinal, count(*) as reached_previous_datable
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer) as here
    join funnel_steps_of($path, $since::date, $until::date, $window_days::integer) as previous
        on previous.client_account_id = here.client_account_id and previous.ordinal = here.ordinal - 1
    where here.is_mature and previous.is_reached and not here.undated
    group by here.ordinal
)
select
    counts.ordinal,
    counts.step,
    counts.accounts,
    counts.accounts_mature,
    counts.accounts_mature / nullif(counts.entered_mature_datable, 0) as share_of_entered,
    counts.accounts_mature / nullif(from_previous.reached_previous_datable, 0) as share_of_previous,
    counts.median_hours,
    counts.p90_hours,
    counts.undated,
    counts.entered_mature_datable as entered_dated,
    from_previous.reached_previous_datable as previous_dated,
    counts.entered_mature,
    counts.entered_immature
from counts
left join from_previous using (ordinal)
order by counts.ordinal;

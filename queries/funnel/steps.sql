-- funnel/steps(path, since=null, until=null, window_days=30)
-- How far accounts that entered in [since, until) came within the window: one row per step of the path.
with
counts as (
    select
        funnel_counts(opened, is_mature) as opened,
        funnel_counts(documented, is_mature) as documented,
        funnel_counts(screened, is_mature) as screened,
        funnel_counts(cleared, is_mature) as cleared,
        funnel_counts(trading, is_mature) as trading,
        count(*) filter (where is_mature) as entered_mature,
        count(*) filter (where not is_mature) as entered_immature
    from funnel_entrants($path, $since::date, $until::date, $window_days::integer)
),
steps as (
    select
        steps.ordinal,
        steps.step,
        of_step(
            steps.step, counts.opened, counts.documented, counts.screened, counts.cleared, counts.trading
        ) as counted,
        counts.entered_mature,
        counts.entered_immature
    from path_steps($path) as steps
    cross join counts
)
select
    ordinal,
    step,
    counted.accounts as accounts,
    counted.accounts_mature as accounts_mature,
    counted.accounts_mature / nullif(counted.entered_dated, 0) as share_of_entered,
    case when ordinal > 1 then counted.accounts_mature / nullif(counted.previous_dated, 0) end as share_of_previous,
    counted.hours[1] as median_hours,
    counted.hours[2] as p90_hours,
    counted.undated as undated,
    counted.entered_dated as entered_dated,
    case when ordinal > 1 then counted.previous_dated end as previous_dated,
    entered_mature,
    entered_immature
from steps
order by ordinal;

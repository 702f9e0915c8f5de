-- funnel/cohorts(path, since=null, until=null, window_days=30)
-- The funnel by week of entry: one row per cohort (its Monday) and step; mature when all its accounts are.
with
cohorts as (
    select
        date_trunc('week', entered_at)::date as cohort,
        count(*) as entered,
        bool_and(is_mature) as is_mature,
        funnel_counts(opened, entrants.is_mature) as opened,
        funnel_counts(documented, entrants.is_mature) as documented,
        funnel_counts(screened, entrants.is_mature) as screened,
        funnel_counts(cleared, entrants.is_mature) as cleared,
        funnel_counts(trading, entrants.is_mature) as trading
    from funnel_entrants($path, $since::date, $until::date, $window_days::integer) as entrants
    group by date_trunc('week', entered_at)::date
),
steps as (
    select
        cohorts.cohort,
        steps.ordinal,
        steps.step,
        cohorts.entered,
        cohorts.is_mature,
        of_step(
            steps.step, cohorts.opened, cohorts.documented, cohorts.screened, cohorts.cleared, cohorts.trading
        ) as counted
    from cohorts
    cross join path_steps($path) as steps
)
select
    cohort,
    ordinal,
    step,
    entered,
    counted.accounts as accounts,
    counted.accounts_mature as accounts_mature,
    counted.accounts_mature / nullif(counted.entered_dated, 0) as share_of_entered,
    counted.hours[1] as median_hours,
    counted.undated as undated,
    is_mature
from steps
order by cohort desc, ordinal;

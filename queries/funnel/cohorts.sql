-- funnel/cohorts(path, since=null, until=null, window_days=30) from funnel/reached
-- The funnel by week of entry: one row per cohort (its Monday) and step; mature if all its accounts are.
with
counts as (
    select
        date_trunc('week', entered_on)::date as cohort,
        ordinal,
        hours,
        sum(accounts) as accounts,
        total_where(accounts, is_mature) as mature,
        total_where(accounts, undated) as undated,
        total_where(accounts, undated and is_mature) as mature_undated
    from funnel_reached_within($path, $since, $until, $window_days)
    group by all
),
ranked as (
    select
        cohort,
        ordinal,
        hours,
        accounts,
        mature,
        undated,
        mature_undated,
        sum(accounts) over (partition by cohort, ordinal order by hours) as up_to,
        sum(accounts) filter (where hours is not null) over (partition by cohort, ordinal) as dated
    from counts
),
reached as (
    select
        cohort,
        ordinal,
        sum(accounts)::bigint as accounts,
        sum(mature) as mature,
        sum(undated)::bigint as undated,
        sum(mature_undated) as mature_undated,
        counted_quantile(hours, up_to, dated, 0.5) as median_hours
    from ranked
    group by cohort, ordinal
),
entered as (
    select cohort, accounts as entered, mature as entered_mature
    from reached
    where ordinal = 1
),
compared as (
    select
        entered.cohort,
        steps.ordinal,
        steps.step,
        entered.entered,
        entered.entered_mature,
        coalesce(reached.accounts, 0) as accounts,
        coalesce(reached.mature - reached.mature_undated, 0)::bigint as accounts_mature,
        entered.entered_mature - coalesce(reached.mature_undated, 0) as entered_dated,
        coalesce(reached.undated, 0) as undated,
        reached.median_hours
    from entered
    cross join path_steps($path) as steps
    left join reached on reached.cohort = entered.cohort and reached.ordinal = steps.ordinal
)
select
    cohort,
    ordinal,
    step,
    entered,
    accounts,
    accounts_mature,
    accounts_mature / nullif(entered_dated, 0) as share_of_entered,
    median_hours,
    undated,
    entered_mature = entered as is_mature
from compared
order by cohort desc, ordinal;

-- funnel/cohorts(path, since=null, until=null, window_days=30, segment=null) from funnel/reached(segment)
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
    from funnel_reached_within($path, $since, $until, $window_days, $segment::varchar)
    group by all
),
ranked as materialized (
    select
        cohort,
        ordinal,
        hours,
        accounts,
        mature,
        undated,
        mature_undated,
        sum(accounts) over (order by cohort, ordinal, hours nulls last rows unbounded preceding)::bigint as up_to
    from counts
),
reached as materialized (
    select
        cohort,
        ordinal,
        sum(accounts)::bigint as accounts,
        sum(mature)::bigint as mature,
        sum(undated)::bigint as undated,
        sum(mature_undated)::bigint as mature_undated,
        min(up_to - accounts)::bigint as before,
        (sum(accounts) - sum(undated))::bigint as dated
    from ranked
    group by cohort, ordinal
),
medians as (
    select
        ranked.cohort,
        ranked.ordinal,
        min(ranked.hours::double) filter (where up_to - before > (dated - 1) // 2) / 2
            + min(ranked.hours::double) filter (where up_to - before > dated // 2) / 2 as median_hours
    from ranked
    join reached using (cohort, ordinal)
    where ranked.hours is not null
    group by ranked.cohort, ranked.ordinal
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
        medians.median_hours
    from entered
    cross join path_steps($path) as steps
    left join reached on reached.cohort = entered.cohort and reached.ordinal = steps.ordinal
    left join medians on medians.cohort = entered.cohort and medians.ordinal = steps.ordinal
)
select
    cohort,
    ordinal,
    step,
    entered,
    accounts,
    accounts_mature,
    entered_dated,
    accounts_mature / nullif(entered_dated, 0) as share_of_entered,
    median_hours,
    undated,
    entered_mature = entered as is_mature
from compared
order by cohort desc, ordinal;

-- funnel/cohorts(path, since=null, until=null, window_days=30)
-- The funnel by week of entry: one row per cohort (its Monday) and step; mature if all its accounts are.
with
cohort as materialized (
    select
        date_trunc('week', entered_at)::date as cohort,
        is_mature,
        is_documented,
        is_screened,
        is_cleared,
        is_trading,
        documented_undated,
        screened_undated,
        cleared_undated,
        trading_undated,
        documented_us,
        screened_us,
        cleared_us,
        trading_us
    from funnel_cohort($path, $since::date, $until::date, $window_days::integer)
),
ways as (
    select
        cohort,
        is_mature,
        is_documented,
        is_screened,
        is_cleared,
        is_trading,
        documented_undated,
        screened_undated,
        cleared_undated,
        trading_undated,
        count(*) as accounts
    from cohort
    group by all
),
counts as (
    select
        cohort,
        sum(accounts)::bigint as entered,
        bool_and(is_mature) as is_mature,
        funnel_counts(accounts, true, true, false, ways.is_mature) as opened,
        funnel_counts(accounts, is_documented, true, documented_undated, ways.is_mature) as documented,
        funnel_counts(accounts, is_screened, is_documented, screened_undated, ways.is_mature) as screened,
        funnel_counts(accounts, is_cleared, is_screened, cleared_undated, ways.is_mature) as cleared,
        funnel_counts(accounts, is_trading, is_cleared, trading_undated, ways.is_mature) as trading
    from ways
    group by cohort
),
medians as (
    select
        cohort,
        0.0::double as opened,
        median(documented_us) as documented,
        median(screened_us) as screened,
        median(cleared_us) as cleared,
        median(trading_us) as trading
    from cohort
    group by cohort
),
steps as (
    select
        counts.cohort,
        steps.ordinal,
        steps.step,
        counts.entered,
        counts.is_mature,
        of_step(
            steps.step, counts.opened, counts.documented, counts.screened, counts.cleared, counts.trading
        ) as counted,
        of_step(
            steps.step, medians.opened, medians.documented, medians.screened, medians.cleared, medians.trading
        ) as median_us
    from counts
    join medians using (cohort)
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
    median_us / 3600000000.0 as median_hours,
    counted.undated as undated,
    is_mature
from steps
order by cohort desc, ordinal;

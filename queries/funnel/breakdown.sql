-- funnel/breakdown(path, by=account_type, since=null, until=null, window_days=30)
-- The funnel by a property: its ten most frequent values or last months, others, unknown; one row per value and step.
with
cohort as materialized (
    select
        property_of($by, account_type, country, state, entered_at, is_migrated, completed_link) as value,
        hours_had_since(entered_at) >= 24 * days_of_window($window_days) as is_mature,
        documented_undated,
        screened_undated,
        cleared_undated,
        trading_undated,
        documented_hours,
        screened_hours,
        cleared_hours,
        trading_hours,
        (documented_undated or documented_hours is not null)
            and greatest(0, documented_hours) <= 24 * days_of_window($window_days) as is_documented,
        (screened_undated or screened_hours is not null)
            and greatest(0, documented_hours, screened_hours) <= 24 * days_of_window($window_days) as is_screened,
        (cleared_undated or cleared_hours is not null)
            and greatest(0, documented_hours, screened_hours, cleared_hours)
                <= 24 * days_of_window($window_days) as is_cleared,
        (trading_undated or trading_hours is not null)
            and greatest(0, documented_hours, screened_hours, cleared_hours, trading_hours)
                <= 24 * days_of_window($window_days) as is_trading
    from funnel_accounts
    where path = path_named($path)
        and entered_at >= coalesce($since::date, date '0001-01-01')
        and entered_at < coalesce($until::date, date '9999-12-31')
),
frequent as (
    select value
    from cohort
    where value is not null
    group by value
    order by case when $by = 'entry_month' then value end desc, count(*) desc, value
    limit 10
),
named as (
    select
        cohort.value,
        cohort.is_mature,
        cohort.documented_undated,
        cohort.screened_undated,
        cohort.cleared_undated,
        cohort.trading_undated,
        cohort.documented_hours,
        cohort.screened_hours,
        cohort.cleared_hours,
        cohort.trading_hours,
        cohort.is_documented,
        cohort.is_screened,
        cohort.is_cleared,
        cohort.is_trading,
        frequent.value as name,
        cohort.value is not null and frequent.value is null as is_other
    from cohort
    left join frequent on frequent.value = cohort.value
),
counted as (
    select
        name,
        is_other,
        count(distinct value) as distinct_values,
        count(*) as entered,
        count(*) filter (where is_mature) as entered_mature,
        [
            {
                'step': 'opened',
                'accounts': count(*),
                'mature': count(*) filter (where is_mature),
                'undated': 0,
                'mature_undated': 0,
                'median_hours': 0.0
            },
            {
                'step': 'documented',
                'accounts': count(*) filter (where is_documented),
                'mature': count(*) filter (where is_documented and is_mature),
                'undated': count(*) filter (where is_documented and documented_undated),
                'mature_undated': count(*) filter (where is_documented and documented_undated and is_mature),
                'median_hours': quantile_cont(documented_hours, 0.5) filter (where is_documented)
            },
            {
                'step': 'screened',
                'accounts': count(*) filter (where is_screened),
                'mature': count(*) filter (where is_screened and is_mature),
                'undated': count(*) filter (where is_screened and screened_undated),
                'mature_undated': count(*) filter (where is_screened and screened_undated and is_mature),
                'median_hours': quantile_cont(screened_hours, 0.5) filter (where is_screened)
            },
            {
                'step': 'cleared',
                'accounts': count(*) filter (where is_cleared),
                'mature': count(*) filter (where is_cleared and is_mature),
                'undated': count(*) filter (where is_cleared and cleared_undated),
                'mature_undated': count(*) filter (where is_cleared and cleared_undated and is_mature),
                'median_hours': quantile_cont(cleared_hours, 0.5) filter (where is_cleared)
            },
            {
                'step': 'trading',
                'accounts': count(*) filter (where is_trading),
                'mature': count(*) filter (where is_trading and is_mature),
                'undated': count(*) filter (where is_trading and trading_undated),
                'mature_undated': count(*) filter (where is_trading and trading_undated and is_mature),
                'median_hours': quantile_cont(trading_hours, 0.5) filter (where is_trading)
            }
        ] as steps
    from named
    group by name, is_other
),
steps as (
    select name, is_other, distinct_values, entered, entered_mature, unnest(steps) as reached
    from counted
),
compared as (
    select
        steps.name as value,
        steps.is_other,
        steps.distinct_values,
        path_steps.ordinal,
        path_steps.step,
        steps.entered,
        steps.reached.accounts as accounts,
        steps.reached.mature - steps.reached.mature_undated as accounts_mature,
        steps.entered_mature - steps.reached.mature_undated as entered_dated,
        steps.reached.median_hours as median_hours,
        steps.reached.undated as undated
    from steps
    join path_steps($path) as path_steps on path_steps.step = steps.reached.step
)
select
    value,
    is_other,
    distinct_values,
    ordinal,
    step,
    entered,
    accounts,
    accounts_mature,
    entered_dated,
    accounts_mature / nullif(entered_dated, 0) as share_of_entered,
    wilson_low(accounts_mature, entered_dated) as share_low,
    wilson_high(accounts_mature, entered_dated) as share_high,
    is_few(entered_dated) as is_few,
    median_hours,
    undated::bigint as undated
from compared
order by
    is_other,
    value is null,
    case when $by = 'entry_month' then value end desc,
    entered desc,
    value,
    ordinal;

-- funnel/breakdown(path, by=account_type, since=null, until=null, window_days=30, segment=null)
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
        is_step_within(documented_undated, documented_hours, 0, $window_days) as is_documented,
        is_step_within(screened_undated, screened_hours, documented_hours, $window_days) as is_screened,
        is_step_within(
            cleared_undated, cleared_hours, greatest(documented_hours, screened_hours), $window_days
        ) as is_cleared,
        is_step_within(
            trading_undated, trading_hours, greatest(documented_hours, screened_hours, cleared_hours), $window_days
        ) as is_trading
    from funnel_accounts
    where path = path_named($path)
        and entered_at >= coalesce($since::date, date '0001-01-01')
        and entered_at < coalesce($until::date, date '9999-12-31')
        and is_in_segment(client_account_id, $segment::varchar)
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
            counted_step('opened', true, false, 0.0, is_mature),
            counted_step('documented', is_documented, documented_undated, documented_hours, is_mature),
            counted_step('screened', is_screened, screened_undated, screened_hours, is_mature),
            counted_step('cleared', is_cleared, cleared_undated, cleared_hours, is_mature),
            counted_step('trading', is_trading, trading_undated, trading_hours, is_mature)
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

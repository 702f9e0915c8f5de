-- funnel/steps(path, since=null, until=null, window_days=30)
-- How far accounts that entered in [since, until) got within the window: one row per step of the path.
with
cohort as materialized (
    select
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
        funnel_counts(accounts, true, true, false, is_mature) as opened,
        funnel_counts(accounts, is_documented, true, documented_undated, is_mature) as documented,
        funnel_counts(accounts, is_screened, is_documented, screened_undated, is_mature) as screened,
        funnel_counts(accounts, is_cleared, is_screened, cleared_undated, is_mature) as cleared,
        funnel_counts(accounts, is_trading, is_cleared, trading_undated, is_mature) as trading,
        total_where(accounts, is_mature) as entered_mature,
        total_where(accounts, not is_mature) as entered_immature
    from ways
),
spans as (
    select
        case when count(*) > 0 then [0.0, 0.0]::double[] end as opened,
        quantile_cont(documented_us, [0.5, 0.9]) as documented,
        quantile_cont(screened_us, [0.5, 0.9]) as screened,
        quantile_cont(cleared_us, [0.5, 0.9]) as cleared,
        quantile_cont(trading_us, [0.5, 0.9]) as trading
    from cohort
),
steps as (
    select
        steps.ordinal,
        steps.step,
        of_step(
            steps.step, counts.opened, counts.documented, counts.screened, counts.cleared, counts.trading
        ) as counted,
        of_step(steps.step, spans.opened, spans.documented, spans.screened, spans.cleared, spans.trading) as spans_us,
        counts.entered_mature,
        counts.entered_immature
    from path_steps($path) as steps
    cross join counts
    cross join spans
)
select
    ordinal,
    step,
    counted.accounts as accounts,
    counted.accounts_mature as accounts_mature,
    counted.accounts_mature / nullif(counted.entered_dated, 0) as share_of_entered,
    case when ordinal > 1 then counted.accounts_mature / nullif(counted.previous_dated, 0) end as share_of_previous,
    spans_us[1] / 3600000000.0 as median_hours,
    spans_us[2] / 3600000000.0 as p90_hours,
    counted.undated as undated,
    counted.entered_dated as entered_dated,
    case when ordinal > 1 then counted.previous_dated end as previous_dated,
    entered_mature,
    entered_immature
from steps
order by ordinal;

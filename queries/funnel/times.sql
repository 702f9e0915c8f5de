-- funnel/times(path, since=null, until=null)
-- Share of accounts old enough that reached a step within the given hours: one row per step and hours.
with
spans as (
    select unnest([1, 24, 72, 168]) as hours
),
cohort as (
    select
        case
            when since_entry_us >= 168 * 3600000000 then 168
            when since_entry_us >= 72 * 3600000000 then 72
            when since_entry_us >= 24 * 3600000000 then 24
            when since_entry_us >= 3600000000 then 1
        end as had_hours,
        hours_within(documented_us) as documented_within,
        hours_within(screened_us) as screened_within,
        hours_within(cleared_us) as cleared_within,
        hours_within(trading_us) as trading_within,
        documented_undated,
        screened_undated,
        cleared_undated,
        trading_undated
    from funnel_cohort($path, $since::date, $until::date, null)
),
ways as (
    select
        had_hours,
        documented_within,
        screened_within,
        cleared_within,
        trading_within,
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
        spans.hours,
        funnel_times(accounts, false, 0, spans.hours) as opened,
        funnel_times(accounts, documented_undated, documented_within, spans.hours) as documented,
        funnel_times(accounts, screened_undated, screened_within, spans.hours) as screened,
        funnel_times(accounts, cleared_undated, cleared_within, spans.hours) as cleared,
        funnel_times(accounts, trading_undated, trading_within, spans.hours) as trading
    from ways
    join spans on ways.had_hours >= spans.hours
    group by spans.hours
),
steps as (
    select
        steps.ordinal,
        steps.step,
        spans.hours,
        of_step(
            steps.step, counts.opened, counts.documented, counts.screened, counts.cleared, counts.trading
        ) as counted
    from path_steps($path) as steps
    cross join spans
    left join counts using (hours)
)
select
    step,
    hours,
    coalesce(counted.accounts, 0) as accounts,
    counted.accounts_done / nullif(counted.accounts, 0) as share_done
from steps
order by ordinal, hours;

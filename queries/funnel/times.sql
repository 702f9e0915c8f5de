-- funnel/times(path, since=null, until=null)
-- The share that reached a step within so many hours, of all who have had that long: one row per step and hours.
with
spans as (
    select unnest([1, 24, 72, 168]) as hours
),
counts as (
    select
        spans.hours,
        funnel_times(opened, spans.hours) as opened,
        funnel_times(documented, spans.hours) as documented,
        funnel_times(screened, spans.hours) as screened,
        funnel_times(cleared, spans.hours) as cleared,
        funnel_times(trading, spans.hours) as trading
    from funnel_entrants($path, $since::date, $until::date, null) as entrants
    join spans on entrants.hours_since_entry >= spans.hours
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

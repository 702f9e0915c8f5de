-- funnel/times(path, since=null, until=null)
-- The share that had reached a step so many hours after entry, of all who have had that long, finished or not: one row per step and hours.
with
spans as (
    select unnest([1, 24, 72, 168]) as hours
)
select
    steps.step,
    spans.hours,
    count(*) filter (where hours_between(steps.entered_at, desk_now()) >= spans.hours) as accounts,
    count(*) filter (
        where steps.is_reached
            and steps.hours_to_step <= spans.hours
            and hours_between(steps.entered_at, desk_now()) >= spans.hours
    ) / nullif(count(*) filter (where hours_between(steps.entered_at, desk_now()) >= spans.hours), 0) as share_done
from funnel_steps_of($path, $since::date, $until::date, null) as steps
cross join spans
where not steps.undated
group by steps.ordinal, steps.step, spans.hours
order by steps.ordinal, spans.hours;

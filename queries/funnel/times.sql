-- funnel/times(path, since=null, until=null, segment=null) from funnel/reached(segment)
-- Share of accounts old enough that reached a step within the given hours: one row per step and hours.
with
spans as (
    select unnest([1, 24, 72, 168]) as hours
),
reached as (
    select
        ordinal,
        hours_had,
        case
            when hours <= 1 then 1
            when hours <= 24 then 24
            when hours <= 72 then 72
            when hours <= 168 then 168
        end as done_within,
        undated,
        sum(accounts) as accounts
    from funnel_reached_within($path, $since, $until, null, $segment::varchar)
    group by all
),
counts as (
    select
        reached.ordinal,
        spans.hours,
        sum(accounts) as accounts,
        total_where(accounts, undated) as undated,
        total_where(accounts, done_within <= spans.hours) as done
    from reached
    join spans on reached.hours_had >= spans.hours
    group by all
),
steps as (
    select
        steps.ordinal,
        steps.step,
        spans.hours,
        (
            coalesce(first(counts.accounts) over (partition by spans.hours order by steps.ordinal), 0)
                - coalesce(counts.undated, 0)
        )::bigint as accounts,
        coalesce(counts.done, 0) as done
    from path_steps($path) as steps
    cross join spans
    left join counts on counts.ordinal = steps.ordinal and counts.hours = spans.hours
)
select step, hours, accounts, done / nullif(accounts, 0) as share_done
from steps
order by ordinal, hours;

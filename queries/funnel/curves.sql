-- funnel/curves(path, since=null, until=null, window_days=30, segment=null) from funnel/reached(segment)
-- How fast mature accounts reached each step, in hours since entry: one row per step and hours at which a share grows.
with
reached as (
    select
        ordinal,
        case
            when hours <= 72 then hours
            when hours <= 336 then ceil(hours / 6) * 6
            else ceil(hours / 24) * 24
        end::double as hours,
        undated,
        accounts
    from funnel_reached_within($path, $since, $until, $window_days, $segment::varchar)
    where is_mature
),
steps as (
    select
        steps.ordinal,
        steps.step,
        (
            first(total_where(reached.accounts, true)) over (order by steps.ordinal)
                - total_where(reached.accounts, reached.undated)
        )::bigint as accounts,
        total_where(reached.accounts, reached.undated) as undated
    from path_steps($path) as steps
    left join reached using (ordinal)
    group by steps.ordinal, steps.step
),
grown as (
    select ordinal, hours, accounts as done
    from reached
    where not undated
    union all
    select ordinal, 24.0 * days_of_window($window_days) as hours, 0 as done
    from steps
),
curves as (
    select ordinal, hours, sum(sum(done)) over (partition by ordinal order by hours)::bigint as done
    from grown
    group by ordinal, hours
)
select
    steps.ordinal,
    steps.step,
    curves.hours,
    curves.done,
    steps.accounts,
    curves.done / steps.accounts as share_done,
    steps.undated
from steps
join curves using (ordinal)
where steps.ordinal > 1 and steps.accounts > 0
order by steps.ordinal, curves.hours;

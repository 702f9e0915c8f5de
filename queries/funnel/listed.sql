-- funnel/listed(path, step, since=null, until=null, window_days=30, reached=true, limit=200, segment=null) from funnel/reached(segment)
-- How many accounts funnel/people lists, and the day since which the newest of them entered: one row.
with
asked as (
    select ordinal - 1 as before, ordinal, $reached::boolean as is_reached
    from path_steps($path)
    where step = $step
),
days as (
    select
        reached.entered_on,
        bool_or(reached.is_mature) as has_mature,
        case
            when any_value(asked.is_reached) then total_where(reached.accounts, reached.ordinal = asked.ordinal)
            when any_value(asked.before) = 0 then 0
            else total_where(reached.accounts, reached.ordinal = asked.before)
                - total_where(reached.accounts, reached.ordinal = asked.ordinal)
        end as accounts
    from funnel_reached_within($path, $since, $until, $window_days, $segment::varchar) as reached
    cross join asked
    group by reached.entered_on
),
newest as (
    select entered_on, has_mature, accounts, sum(accounts) over (order by entered_on desc) as up_to
    from days
)
select
    coalesce(sum(accounts), 0)::bigint as accounts,
    max(entered_on) filter (where up_to >= $limit::bigint) as newest_since,
    coalesce(bool_or(has_mature) filter (where up_to - accounts < $limit::bigint), false) as has_mature
from newest;

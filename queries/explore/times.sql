-- explore/times(start=opened, finish=cleared, path=null, since=null, until=null, segment=null)
-- How long accounts took from one milestone to another, those still open counted fairly: one row per span of hours.
with
cohort as (
    select
        of_milestone(
            $start, opened_at, documented_at, screened_at, verification_at, cleared_at, trading_at
        ) as start_at,
        of_milestone(
            $start, false, documented_undated, screened_undated, false, cleared_undated, trading_undated
        ) as start_undated,
        of_milestone(
            $finish, opened_at, documented_at, screened_at, verification_at, cleared_at, trading_at
        ) as finish_at,
        of_milestone(
            $finish, false, documented_undated, screened_undated, false, cleared_undated, trading_undated
        ) as finish_undated
    from cohort_of($path::varchar, $since::date, $until::date, 30, $segment::varchar, null, null)
),
spent as (
    select
        finish_at is not null as is_done,
        hours_rounded_up(microseconds_between(start_at, coalesce(finish_at, desk_now())), desk_hour_us()) as hours
    from cohort
    where start_at is not null
        and not coalesce(start_undated, false)
        and not (finish_at is not null and coalesce(finish_undated, false))
        and (finish_at is null or finish_at >= start_at)
),
counted as (
    select hours, count(*) filter (where is_done) as done, count(*) filter (where not is_done) as still_open
    from spent
    group by hours
),
at_risk as (
    select hours, done, still_open, sum(done + still_open) over (order by hours desc) as accounts
    from counted
),
survived as (
    select hours, done, still_open, accounts, product(1 - done / accounts) over (order by hours) as share_open
    from at_risk
),
spans as (
    select hours, lag(hours, 1, -1) over (order by hours) as after_hours
    from (select unnest([1, 2, 4, 8, 12, 24, 48, 72, 120, 168, 240, 336, 480, 720, 1440, 2160]) as hours)
),
judged as (
    select
        spans.hours,
        (total.accounts - total_where(survived.done + survived.still_open, survived.hours <= spans.after_hours))::bigint
            as at_risk,
        total_where(survived.done, survived.hours > spans.after_hours) as done,
        total_where(survived.still_open, survived.hours > spans.after_hours) as still_open,
        1 - coalesce(min(survived.share_open), 1) as share_done
    from spans
    cross join (select count(*) as accounts from spent) as total
    left join survived on survived.hours <= spans.hours
    group by spans.hours, spans.after_hours, total.accounts
)
select
    hours,
    at_risk,
    done,
    still_open,
    case when at_risk > 0 then share_done end as share_done,
    is_few(at_risk) as is_few
from judged
order by hours;

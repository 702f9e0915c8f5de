-- explore/flow(path=null, since=null, until=null, segment=null, reason=null)
-- What came after each of Bakkt's reason codes, and when: one row per code and next state, null while it lasts.
with
cohort as materialized (
    select account_key
    from cohort_of($path::varchar, $since::date, $until::date, 30, $segment::varchar, null, null)
),
named as (
    select
        stays.account_key,
        stays.reason_code,
        stays.next_standing,
        hours_between(stays.entered_at, stays.left_at) as hours
    from stays
    join cohort using (account_key)
    where stays.reason_code <> ''
        and is_wanted(stays.reason_code, $reason::varchar)
        and is_opened_within(stays.opened_at, $since::date, $until::date)  -- spares the join all others
),
counted as (
    select
        reason_code,
        next_standing,
        count(*) as times,
        count(distinct account_key) as accounts,
        quantile_cont(hours, [0.5, 0.9]) as quantiles
    from named
    group by reason_code, next_standing
),
shared as (
    select
        reason_code,
        next_standing,
        times,
        (sum(times) over (partition by reason_code))::bigint as of_times,
        accounts,
        quantiles[1] as median_hours,
        quantiles[2] as p90_hours
    from counted
)
select
    reason_code,
    next_standing,
    times,
    of_times,
    accounts,
    times / of_times as share,
    is_few(of_times) as is_few,
    median_hours,
    p90_hours
from shared
order by of_times desc, reason_code, times desc, next_standing;

-- explore/flow(path=null, since=null, until=null, segment=null, reason=null)
-- What came after each of Bakkt's reason codes, and when: one row per code and next state, null while it lasts.
with
cohort as materialized (
    select account_hash
    from cohort_of($path::varchar, $since::date, $until::date, 30, $segment::varchar, null, null)
),
steps as not materialized (
    select hash(client_account_id) as account_hash, ordinal, standing, entered_at, cause
    from journey
),
named as (
    select steps.account_hash, steps.ordinal + 1 as next_ordinal, steps.entered_at, reason_of(steps.cause) as reason_code
    from steps
    semi join cohort using (account_hash)
    where starts_with(steps.cause, 'event ') and is_wanted(reason_of(steps.cause), $reason::varchar)
),
counted as (
    select
        named.reason_code,
        next_steps.standing as next_standing,
        count(*) as times,
        count(distinct named.account_hash) as accounts,
        median(hours_between(named.entered_at, next_steps.entered_at)) as median_hours,
        quantile_cont(hours_between(named.entered_at, next_steps.entered_at), 0.9) as p90_hours
    from named
    left join steps as next_steps
        on next_steps.account_hash = named.account_hash and next_steps.ordinal = named.next_ordinal
    where named.reason_code is not null
    group by named.reason_code, next_steps.standing
),
shared as (
    select
        reason_code,
        next_standing,
        times,
        (sum(times) over (partition by reason_code))::bigint as of_times,
        accounts,
        median_hours,
        p90_hours
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

-- funnel/breakdown(path, by=account_type, since=null, until=null, window_days=30, segment=null) from funnel/reached_by(by, segment)
-- The funnel by a property: its ten most frequent values or last months, others, unknown; one row per value and step.
with
counts as materialized (
    select
        value,
        ordinal,
        hours,
        sum(accounts) as accounts,
        total_where(accounts, is_mature) as mature,
        total_where(accounts, undated) as undated,
        total_where(accounts, undated and is_mature) as mature_undated
    from (
        select
            value,
            ordinal,
            is_mature_after(hours_had, $window_days) as is_mature,
            undated,
            hours,
            accounts
        from funnel_reached_by($by::varchar, $segment::varchar)
        where is_reached_within(path, entered_on, within_hours, $path, $since, $until, $window_days)
    )
    group by value, ordinal, hours
),
frequent as (
    select value
    from counts
    where value is not null and ordinal = 1
    group by value
    order by case when $by = 'entry_month' then value end desc, sum(accounts) desc, value
    limit 10
),
named as (
    select
        counts.value,
        frequent.value as name,
        counts.value is not null and frequent.value is null as is_other,
        counts.ordinal,
        counts.hours,
        counts.accounts,
        counts.mature,
        counts.undated,
        counts.mature_undated
    from counts
    left join frequent on frequent.value = counts.value
),
entered as (
    select
        name,
        is_other,
        count(distinct value) as distinct_values,
        sum(accounts)::bigint as entered,
        sum(mature)::bigint as entered_mature
    from named
    where ordinal = 1
    group by name, is_other
),
ranked as (
    select
        name,
        is_other,
        ordinal,
        hours,
        sum(accounts) as accounts,
        sum(mature)::bigint as mature,
        sum(undated)::bigint as undated,
        sum(mature_undated)::bigint as mature_undated,
        sum(sum(accounts)) over (partition by name, is_other, ordinal order by hours) as up_to,
        sum(sum(accounts)) filter (where hours is not null) over (partition by name, is_other, ordinal) as dated
    from named
    group by name, is_other, ordinal, hours
),
reached as (
    select
        name,
        is_other,
        ordinal,
        sum(accounts)::bigint as accounts,
        sum(mature)::bigint as mature,
        sum(undated)::bigint as undated,
        sum(mature_undated)::bigint as mature_undated,
        counted_quantile(hours, up_to, dated, 0.5) as median_hours
    from ranked
    group by name, is_other, ordinal
),
compared as (
    select
        entered.name as value,
        entered.is_other,
        entered.distinct_values,
        steps.ordinal,
        steps.step,
        entered.entered,
        coalesce(reached.accounts, 0) as accounts,
        coalesce(reached.mature - reached.mature_undated, 0) as accounts_mature,
        entered.entered_mature - coalesce(reached.mature_undated, 0) as entered_dated,
        reached.median_hours,
        coalesce(reached.undated, 0) as undated
    from entered
    cross join path_steps($path) as steps
    left join reached
        on reached.name is not distinct from entered.name
            and reached.is_other = entered.is_other
            and reached.ordinal = steps.ordinal
)
select
    value,
    is_other,
    distinct_values,
    ordinal,
    step,
    entered,
    accounts,
    accounts_mature,
    entered_dated,
    accounts_mature / nullif(entered_dated, 0) as share_of_entered,
    wilson_low(accounts_mature, entered_dated) as share_low,
    wilson_high(accounts_mature, entered_dated) as share_high,
    is_few(entered_dated) as is_few,
    median_hours,
    undated
from compared
order by
    is_other,
    value is null,
    case when $by = 'entry_month' then value end desc,
    entered desc,
    value,
    ordinal;

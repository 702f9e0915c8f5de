-- explore/measure(measure, standing=verification, step=cleared, start=opened, finish=cleared, reason=null, path=null, since=null, until=null, window_days=30, segment=null, by=null, then_by=null)
-- How many accounts that opened in [since, until) met a measure, of those it counts: one row, or one row per group.
with
judged as (
    select
        first_value,
        second_value,
        is_mature,
        is_undated,
        is_mature and not is_undated as is_counted,
        is_counted and is_hit as is_met,
        case
            when $measure = 'reached' and is_hit and not is_undated then hours
            when is_counted and (is_hit or $measure in ('stuck', 'stayed')) then hours
        end as hours
    from measured(
        $measure, $standing, $step, $start, $finish, $reason::varchar,
        $path::varchar, $since::date, $until::date, $window_days,
        $segment::varchar, $by::varchar, $then_by::varchar
    )
),
counted as (  -- one row per pair of values, so that groups are formed from few rows
    select
        first_value,
        second_value,
        count(*) as all_accounts,  -- immature and undated ones too
        count(*) filter (where is_met) as accounts,
        count(*) filter (where is_counted) as of_accounts,
        list(hours) filter (where hours is not null) as hours,
        count(*) filter (where is_mature and is_undated) as undated,
        count(*) filter (where not is_mature) as immature
    from judged
    group by first_value, second_value
),
first_values as (
    select first_value, place_of_value($by::varchar, first_value, sum(all_accounts)) as first_place
    from counted
    group by first_value
),
second_values as (
    select second_value, place_of_value($then_by::varchar, second_value, sum(all_accounts)) as second_place
    from counted
    group by second_value
),
placed as (
    select
        counted.accounts,
        counted.of_accounts,
        counted.hours,
        counted.undated,
        counted.immature,
        group_kind($by::varchar, first_value, first_values.first_place) as first_kind,
        case when first_kind = 'value' then first_value end as first_group,
        group_kind($then_by::varchar, second_value, second_values.second_place) as second_kind,
        case when second_kind = 'value' then second_value end as second_group
    from counted
    left join first_values using (first_value)
    left join second_values using (second_value)
),
grouped as (
    select
        first_kind,
        first_group,
        second_kind,
        second_group,
        sum(accounts)::bigint as accounts,
        sum(of_accounts)::bigint as of_accounts,
        list_aggregate(flatten(list(hours)), 'quantile_cont', [0.5, 0.9]) as quantiles,
        sum(undated)::bigint as undated,
        sum(immature)::bigint as immature
    from placed
    group by first_kind, first_group, second_kind, second_group
)
select
    first_kind,
    first_group,
    second_kind,
    second_group,
    accounts,
    of_accounts,
    accounts / nullif(of_accounts, 0) as share,
    wilson_low(accounts, of_accounts) as share_low,
    wilson_high(accounts, of_accounts) as share_high,
    is_few(of_accounts) as is_few,
    quantiles[1] as median_hours,
    quantiles[2] as p90_hours,
    undated,
    immature
from grouped
order by
    coalesce('other' in (first_kind, second_kind), false),
    coalesce('unknown' in (first_kind, second_kind), false),
    case when $by = 'entry_month' then first_group when $then_by = 'entry_month' then second_group end desc,
    of_accounts desc,
    first_group nulls first,
    second_group nulls first,
    first_kind,
    second_kind;

-- explore/measure(measure, standing=verification, step=cleared, start=opened, finish=cleared, reason=null, path=null, since=null, until=null, window_days=30, segment=null, by=null, then_by=null)
-- How many accounts that opened in [since, until) met a measure, of those it counts: one row, or one row per group.
with
judged as (
    select
        first_kind,
        first_group,
        second_kind,
        second_group,
        is_mature,
        is_undated,
        is_mature and not is_undated as is_counted,
        is_counted and is_hit as is_met,
        case
            when $measure = 'reached' and is_hit and not is_undated then hours
            when is_counted and (is_hit or $measure in ('stuck', 'stayed')) then hours
        end as hours
    from explored(
        $measure, $standing, $step, $start, $finish, $reason::varchar,
        $path::varchar, $since::date, $until::date, $window_days,
        $segment::varchar, $by::varchar, $then_by::varchar
    )
),
counted as (
    select
        first_kind,
        first_group,
        second_kind,
        second_group,
        count(*) filter (where is_met) as accounts,
        count(*) filter (where is_counted) as of_accounts,
        quantile_cont(hours, [0.5, 0.9]) as quantiles,
        count(*) filter (where is_mature and is_undated) as undated,
        count(*) filter (where not is_mature) as immature
    from judged
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
from counted
order by
    coalesce('other' in (first_kind, second_kind), false),
    coalesce('unknown' in (first_kind, second_kind), false),
    case when $by = 'entry_month' then first_group when $then_by = 'entry_month' then second_group end desc,
    of_accounts desc,
    first_group nulls first,
    second_group nulls first,
    first_kind,
    second_kind;

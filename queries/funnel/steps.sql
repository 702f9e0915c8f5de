-- funnel/steps(path, since=null, until=null, window_days=30, segment=null) from funnel/reached(segment)
-- How far accounts that entered in [since, until) got within the window: one row per step of the path.
with
counts as (
    select
        ordinal,
        hours,
        sum(accounts) as accounts,
        total_where(accounts, is_mature) as mature,
        total_where(accounts, undated) as undated,
        total_where(accounts, undated and is_mature) as mature_undated
    from funnel_reached_within($path, $since, $until, $window_days, $segment::varchar)
    group by ordinal, hours
),
ranked as (
    select
        ordinal,
        hours,
        accounts,
        mature,
        undated,
        mature_undated,
        sum(accounts) over (partition by ordinal order by hours) as up_to,
        sum(accounts) filter (where hours is not null) over (partition by ordinal) as dated
    from counts
),
reached as (
    select
        ordinal,
        sum(accounts)::bigint as accounts,
        sum(mature) as mature,
        sum(undated)::bigint as undated,
        sum(mature_undated) as mature_undated,
        counted_quantile(hours, up_to, dated, 0.5) as median_hours,
        counted_quantile(hours, up_to, dated, 0.9) as p90_hours
    from ranked
    group by ordinal
),
steps as (
    select
        steps.ordinal,
        steps.step,
        coalesce(reached.accounts, 0) as accounts,
        coalesce(reached.undated, 0) as undated,
        coalesce(reached.mature, 0) as mature,
        coalesce(reached.mature_undated, 0) as mature_undated,
        reached.median_hours,
        reached.p90_hours
    from path_steps($path) as steps
    left join reached using (ordinal)
),
compared as (
    select
        ordinal,
        step,
        accounts,
        (mature - mature_undated)::bigint as accounts_mature,
        (first(mature) over by_step - mature_undated)::bigint as entered_dated,
        (lag(mature) over by_step - mature_undated)::bigint as previous_dated,
        median_hours,
        p90_hours,
        undated,
        first(mature) over by_step as entered_mature,
        first(accounts) over by_step as entered
    from steps
    window by_step as (order by ordinal)
)
select
    ordinal,
    step,
    accounts,
    accounts_mature,
    accounts_mature / nullif(entered_dated, 0) as share_of_entered,
    accounts_mature / nullif(previous_dated, 0) as share_of_previous,
    median_hours,
    p90_hours,
    undated,
    entered_dated,
    previous_dated,
    entered_mature::bigint as entered_mature,
    (entered - entered_mature)::bigint as entered_immature
from compared
order by ordinal;

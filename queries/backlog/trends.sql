-- backlog/trends()
-- How the open work stood at this time of day on the last 14 days, from the journey: one row per day, today last.
with
days as (
    select unnest(range(14)) as days_ago, desk_now() - to_days(days_ago::integer) as moment
),
arrivals as (
    select client_account_id, ordinal, entered_at
    from journey
    anti join taken_out using (client_account_id)
    where entered_at > desk_now() - interval 14 days
        and not undated  -- it began at an unknown time before, so the standing before it is not known to have lasted
),
left_again as (
    select journey.standing, journey.entered_at, arrivals.entered_at as left_at
    from arrivals
    join journey
        on journey.client_account_id = arrivals.client_account_id and journey.ordinal = arrivals.ordinal - 1
    where journey.standing not in ('active', 'rejected', 'liquidated', 'closed')
),
stays as (
    select
        left_again.standing,
        left_again.entered_at,
        left_again.left_at,
        left_again.entered_at + targets_in_force.may_last as due_at
    from left_again
    left join targets_in_force
        on targets_in_force.standing = left_again.standing
        and left_again.entered_at >= targets_in_force.valid_from
        and left_again.entered_at < targets_in_force.valid_until
    union all
    select standing, case when standing_undated then opened_at else standing_since end as entered_at, null as left_at, due_at
    from accounts_now
    where is_open
)
select
    days.moment,
    count(stays.standing) as open,
    count(*) filter (where stays.due_at < days.moment) as late,
    count(*) filter (where stays.standing = 'verification') as verification,
    count(*) filter (where stays.standing = 'kyb_documents') as kyb_documents
from days
left join stays on stays.entered_at <= days.moment and coalesce(stays.left_at, timestamp '9999-12-31') > days.moment
group by days.moment
order by days.moment;

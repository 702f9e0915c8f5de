-- backlog/trends()
-- How the open work stood at this time of day on the last 14 days, from the journey: one row per day, today last.
with
days as (
    select unnest(range(14)) as days_ago, desk_now() - to_days(days_ago::integer) as moment
),
left_again as (
    select standing, entered_at, left_at
    from stays
    anti join taken_out using (client_account_id)
    where left_at > desk_now() - interval 14 days
        and not left_undated  -- it ended at an unknown time before, so it is not known to have lasted
        and is_open(standing)
),
open_stays as (
    select
        left_again.standing,
        left_again.entered_at,
        left_again.left_at,
        make_timestamp(epoch_us(left_again.entered_at) + targets_in_force.may_last_us) as due_at
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
    count(open_stays.standing) as open,
    count(*) filter (where open_stays.due_at < days.moment) as late,
    count(*) filter (where open_stays.standing = 'verification') as verification,
    count(*) filter (where open_stays.standing = 'kyb_documents') as kyb_documents
from days
left join open_stays on open_stays.entered_at <= days.moment and coalesce(open_stays.left_at, timestamp '9999-12-31') > days.moment
group by days.moment
order by days.moment;

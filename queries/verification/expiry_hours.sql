-- verification/expiry_hours()
-- Links that end in each of the next 72 hours: one row per hour, empty hours too.
with
hours as (
    select date_trunc('hour', desk_now()) + to_hours(step::integer) as hour
    from range(0, 73) as steps(step)
),
links as (
    select date_trunc('hour', link_expires_at) as hour, expirations_left
    from accounts_now
    where standing = 'verification' and hours_left > 0
)
select
    hours.hour,
    count(links.hour) as links_ending,
    count(links.hour) filter (where links.expirations_left = 1) as last_links
from hours
left join links using (hour)
group by hours.hour
order by hours.hour;

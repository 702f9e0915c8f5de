-- verification/expiry_hours()
-- Links that expire in each of the next 72 hours: one row per hour, including empty ones.
with
hours as (
    select desk_hour_of(desk_now()) + to_microseconds(step * desk_hour_us()) as hour
    from range(73) as steps(step)
),
links as (
    select desk_hour_of(link_expires_at) as hour, is_last_link
    from accounts_now
    where standing = 'verification' and hours_left > 0
)
select
    hours.hour,
    count(links.hour) as links_ending,
    count(links.hour) filter (where links.is_last_link) as last_links
from hours
left join links using (hour)
group by hours.hour
order by hours.hour;

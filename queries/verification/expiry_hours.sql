-- verification/expiry_hours()
-- Links that expire in each hour ahead, as far as a link lasts: one row per hour, including empty ones.
with
links as (
    select desk_hour_of(link_expires_at) as hour, is_last_link
    from accounts_now
    where standing = 'verification' and hours_left > 0
)
select
    hours_of_expiry.hour,
    count(links.hour) as links_ending,
    count(links.hour) filter (where links.is_last_link) as last_links
from hours_of_expiry
left join links using (hour)
group by hours_of_expiry.hour
order by hours_of_expiry.hour;

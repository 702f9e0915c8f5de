-- verification/forecast(segment=null) from verification/outcomes
-- Live links by hour of expiry, last ones, and customers expected to run out: one row per hour of a link's life.
with
ending as (
    select
        desk_hour_of(link_expires_at) as hour,
        count(*) as links_ending,
        count(*) filter (where is_last) as last_links,
        sum(coalesce(chance_lost, 1)) filter (where is_last) as expected_used_up
    from live_links
    where hours_left <= desk_hours(link_life_hours()) and is_in_segment(client_account_id, $segment::varchar)
    group by desk_hour_of(link_expires_at)
)
select
    hours_of_expiry.hour,
    coalesce(ending.links_ending, 0) as links_ending,
    coalesce(ending.last_links, 0) as last_links,
    coalesce(ending.expected_used_up, 0) as expected_used_up
from hours_of_expiry
left join ending using (hour)
order by hours_of_expiry.hour;

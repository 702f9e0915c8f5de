-- verification/call_list(late=false, hour=null, segment=null, limit=1000000000, offset=0) from verification/outcomes
-- Whom to call before a link expires, last links first, then by share of similar links lost: one row per live link.
select
    client_account_id,
    display_name,
    ordinal,
    hours_left,
    link_expires_at,
    is_last,
    chance_lost,
    cases,
    is_few(cases) as is_few
from live_links
where (is_past_due or not $late::boolean)
    and is_in_segment(client_account_id, $segment::varchar)
    and ($hour::timestamp is null or desk_hour_of(link_expires_at) = $hour::timestamp)
order by is_last desc, case when is_last then chance_lost end desc nulls last, hours_left, client_account_id
limit $limit::bigint
offset $offset::bigint;

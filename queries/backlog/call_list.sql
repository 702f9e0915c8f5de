-- backlog/call_list(view, turn=null, standing=null, account_type=null, country=null, segment=null, limit=null, offset=0) from verification/outcomes
-- The live links of one view of Backlog in the order of verification/call_list: one row per account.
select
    found.client_account_id,
    found.display_name,
    found.account_type,
    found.country,
    found.standing,
    found.turn,
    found.standing_since,
    found.due_at,
    found.link_expires_at,
    found.hours_left,
    found.age_hours,
    found.expirations_used,
    live_links.ordinal,
    live_links.is_last as is_last_link,
    live_links.chance_lost,
    live_links.cases,
    is_few(live_links.cases) as is_few
from backlog_filtered(
    $view, 0, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar, $segment::varchar
) as found
join live_links using (client_account_id)
order by
    live_links.is_last desc,
    case when live_links.is_last then live_links.chance_lost end desc nulls last,
    live_links.hours_left,
    found.client_account_id
limit $limit::bigint offset $offset::bigint;

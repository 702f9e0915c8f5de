-- backlog/call_list(view, turn=null, standing=null, account_type=null, country=null, segment=null, limit=null, offset=0) from verification/outcomes
-- The live links of one view of Backlog in the order of verification/call_list: one row per account.
with
page as (
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
        live_links.is_last,
        live_links.chance_lost,
        live_links.cases
    from backlog_filtered(
        $view, 0, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar,
        $segment::varchar
    ) as found
    join live_links using (client_account_id)
    order by
        live_links.is_last desc,
        case when live_links.is_last then live_links.chance_lost end desc nulls last,
        live_links.hours_left,
        found.client_account_id
    limit $limit::bigint offset $offset::bigint
)
select
    page.client_account_id,
    page.display_name,
    page.account_type,
    page.country,
    page.standing,
    page.turn,
    page.standing_since,
    page.due_at,
    page.link_expires_at,
    page.hours_left,
    page.age_hours,
    page.expirations_used,
    page.ordinal,
    page.is_last as is_last_link,
    page.chance_lost,
    page.cases,
    is_few(page.cases) as is_few
from page
order by
    page.is_last desc,
    case when page.is_last then page.chance_lost end desc nulls last,
    page.hours_left,
    page.client_account_id;

-- backlog/list(view, turn=null, standing=null, account_type=null, country=null, segment=null, sort=due, days=30, limit=null, offset=0)
-- The accounts of one view of the page Backlog, filtered and sorted: one row per account.
select
    client_account_id,
    display_name,
    account_type,
    country,
    standing,
    turn,
    standing_since,
    standing_cause,
    due_at,
    link_state,
    link_expires_at,
    hours_left,
    age_hours,
    hours_overdue,
    expirations_used,
    is_last_link,
    used_up_at,
    holds_through,
    screening_started_at,
    screening_started_by,
    is_screening_manual,
    documents_ending,
    first_expires_at,
    first_document_type,
    fields_missing,
    contradiction,
    last_event_at,
    read_at
from backlog_filtered(
    $view, $days::integer, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar, $segment::varchar
)
order by
    case $sort
        when 'due' then due_at
        when 'left' then link_expires_at
        when 'since' then standing_since
        when 'expiry' then first_expires_at
    end,
    case $sort when 'newest' then standing_since when 'used_up' then used_up_at end desc,
    case when $sort = 'name' and display_name is not null then split_part(search_text, chr(31), 2) end,
    case when $sort = 'fields' then fields_missing end desc,
    client_account_id
limit $limit::bigint offset $offset::bigint;

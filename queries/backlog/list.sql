-- backlog/list(view, turn=null, standing=null, account_type=null, country=null, segment=null, sort=due, days=30, limit=null, offset=0)
-- The accounts of one view of the page Backlog, filtered and sorted: one row per account.
with
found as (
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
        read_at,
        case $sort
            when 'due' then due_at
            when 'left' then link_expires_at
            when 'since' then standing_since
            when 'expiry' then first_expires_at
        end as early_first,
        case $sort when 'newest' then standing_since when 'used_up' then used_up_at end as late_first,
        case when $sort = 'name' and display_name is not null then split_part(search_text, chr(31), 2) end as name_first,
        case when $sort = 'fields' then fields_missing end as most_first
    from backlog_filtered(
        $view, $days::integer, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar,
        $segment::varchar
    )
),
page as (
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
        read_at,
        early_first,
        late_first,
        name_first,
        most_first
    from found
    order by early_first, late_first desc, name_first, most_first desc, client_account_id
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
    page.standing_cause,
    page.due_at,
    page.link_state,
    page.link_expires_at,
    page.hours_left,
    page.age_hours,
    page.hours_overdue,
    page.expirations_used,
    page.is_last_link,
    page.used_up_at,
    page.holds_through,
    page.screening_started_at,
    page.screening_started_by,
    page.is_screening_manual,
    page.documents_ending,
    page.first_expires_at,
    page.first_document_type,
    page.fields_missing,
    page.contradiction,
    page.last_event_at,
    page.read_at
from page
order by page.early_first, page.late_first desc, page.name_first, page.most_first desc, page.client_account_id;

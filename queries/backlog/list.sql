-- backlog/list(view, turn=null, standing=null, account_type=null, country=null, segment=null, sort=due, days=30, limit=null, offset=0)
-- The accounts of one view of the page Backlog, filtered and sorted: one row per account.
with
listed as (
    from backlog_sorted(
        $view, $days::integer, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar,
        $segment::varchar, $sort
    )
    order by earliest_first, latest_first desc, in_order, most_first desc, client_account_id
    limit $limit::bigint offset $offset::bigint
),
ending as (  -- of the rows that are shown alone
    select
        client_account_id,
        count(*)::integer as documents_ending,
        arg_min(document_type, (expires_at, client_document_id)) as first_document_type
    from expiring_documents($days::integer)
    semi join listed using (client_account_id)
    where $view = 'documents'
    group by client_account_id
)
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
    ending.documents_ending,
    case $view when 'documents' then document_expires_at end as first_expires_at,
    ending.first_document_type,
    fields_missing,
    contradiction,
    last_event_at,
    read_at
from listed
left join ending using (client_account_id)
order by earliest_first, latest_first desc, in_order, most_first desc, client_account_id;

-- documents/by_account(client_account_id)
-- Papers of one account with who uploaded them from here: one row per document; current = the newest of its owner, type and side.
with
uploads as (
    select
        json_extract_string(what, '$.client_document_id') as client_document_id,
        max(actor) as uploaded_by,
        max(started_at) as started_at
    from actions
    where client_account_id = $client_account_id and kind = 'upload_document' and outcome in ('accepted', 'unknown')
    group by all
),
dated as (
    select
        documents.client_document_id,
        documents.document_type,
        documents.document_side,
        documents.client_owner_id,
        documents.description,
        documents.issue_country,
        documents.expires_at,
        coalesce(documents.created_at, uploads.started_at) as uploaded_at,
        documents.first_seen_at,
        uploads.uploaded_by
    from documents
    left join uploads using (client_document_id)
    where documents.client_account_id = $client_account_id
),
ranked as (
    select
        client_document_id,
        document_type,
        document_side,
        client_owner_id,
        description,
        issue_country,
        expires_at,
        uploaded_at,
        first_seen_at,
        uploaded_by,
        row_number() over (
            partition by client_owner_id, document_type, document_side
            order by uploaded_at desc nulls last, client_document_id
        ) as age_rank
    from dated
)
select
    client_document_id,
    document_type,
    document_side,
    client_owner_id,
    description,
    issue_country,
    expires_at,
    coalesce(uploaded_at, first_seen_at) as uploaded_at,
    uploaded_by,
    age_rank = 1 as is_current,
    coalesce(expires_at::date < desk_now()::date, false) as is_expired
from ranked
order by age_rank > 1, client_owner_id nulls first, document_type, document_side, age_rank;

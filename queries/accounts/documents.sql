-- accounts/documents(client_account_id)
-- One account's documents, current ones (newest of owner, type and series) first: one row per document.
with
uploads as (
    select
        json_extract_string(what, '$.client_document_id') as client_document_id,
        max(actor) as uploaded_by,
        max(started_at) as uploaded_at
    from actions
    where client_account_id = $client_account_id
        and kind = 'upload_document'
        and outcome in ('accepted', 'unknown')
    group by all
),
dated as materialized (
    select
        documents.client_document_id,
        documents.document_type,
        documents.document_side,
        documents.client_owner_id,
        documents.description,
        documents.series,
        documents.expires_at,
        documents.issue_country,
        documents.created_at,
        coalesce(documents.created_at, uploads.uploaded_at) as dated_at,
        has_expired(documents.expires_at) as is_expired,
        coalesce(documents.created_at, uploads.uploaded_at, documents.first_seen_at) as uploaded_at,
        uploads.uploaded_by
    from documents
    left join uploads using (client_document_id)
    where documents.client_account_id = $client_account_id
),
continued as (
    select client_document_id, document_type, client_owner_id, dated_at, unnest(series) as one_series
    from dated
),
ranked as (
    select
        client_document_id,
        document_age_rank('', client_owner_id, document_type, one_series, dated_at, client_document_id) as age_rank
    from continued
),
ages as (
    select client_document_id, min(age_rank) as age_rank
    from ranked
    group by client_document_id
)
select
    dated.client_document_id,
    dated.document_type,
    dated.document_side,
    dated.client_owner_id,
    dated.description,
    array_to_string(dated.series, ', ') as series,
    dated.expires_at,
    dated.issue_country,
    dated.created_at,
    ages.age_rank = 1 as is_current,
    dated.is_expired,
    dated.uploaded_at,
    dated.uploaded_by
from dated
join ages using (client_document_id)
order by
    ages.age_rank > 1,
    dated.client_owner_id nulls first,
    dated.document_type,
    dated.document_side,
    dated.series,
    ages.age_rank,
    dated.client_document_id;

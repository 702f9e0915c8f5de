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
)
select
    documents.client_document_id,
    documents.document_type,
    documents.document_side,
    documents.client_owner_id,
    documents.description,
    array_to_string(documents.series, ', ') as series,
    documents.expires_at,
    documents.issue_country,
    documents.created_at,
    coalesce(documents.is_current, false) as is_current,
    has_expired(documents.expires_at) as is_expired,
    coalesce(documents.created_at, uploads.uploaded_at, documents.first_seen_at) as uploaded_at,
    uploads.uploaded_by
from documents
left join uploads using (client_document_id)
where documents.client_account_id = $client_account_id
order by
    not coalesce(documents.is_current, false),
    documents.client_owner_id nulls first,
    documents.document_type,
    documents.document_side,
    documents.series,
    coalesce(documents.created_at, uploads.uploaded_at) desc nulls last,
    documents.client_document_id;

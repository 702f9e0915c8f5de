-- accounts/documents(client_account_id)
-- One account's documents, current ones (newest of owner, type and series) first: one row per document.
with
continued as (
    select
        client_account_id,
        client_document_id,
        document_type,
        client_owner_id,
        dated_at,
        unnest(series) as one_series
    from dated_documents
    where client_account_id = $client_account_id
),
ranked as (
    select
        client_document_id,
        min(age_rank) as age_rank
    from (
        select
            client_document_id,
            document_age_rank(
                client_account_id, client_owner_id, document_type, one_series, dated_at, client_document_id
            ) as age_rank
        from continued
    )
    group by client_document_id
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
    ranked.age_rank = 1 as is_current,
    documents.is_expired,
    documents.uploaded_at,
    documents.uploaded_by
from dated_documents as documents
join ranked using (client_document_id)
where documents.client_account_id = $client_account_id
order by
    ranked.age_rank > 1,
    documents.client_owner_id nulls first,
    documents.document_type,
    documents.document_side,
    documents.series,
    ranked.age_rank,
    documents.client_document_id;

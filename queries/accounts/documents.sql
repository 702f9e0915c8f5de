-- accounts/documents(client_account_id)
-- One account's documents, current ones (newest of owner, type and side) first: one row per document.
with
ranked as (
    select
        client_document_id,
        document_type,
        document_side,
        client_owner_id,
        description,
        expires_at,
        issue_country,
        created_at,
        uploaded_at,
        uploaded_by,
        is_expired,
        document_age_rank(
            client_account_id, client_owner_id, document_type, document_side, dated_at, client_document_id
        ) as age_rank
    from dated_documents
    where client_account_id = $client_account_id
)
select
    client_document_id,
    document_type,
    document_side,
    client_owner_id,
    description,
    expires_at,
    issue_country,
    created_at,
    age_rank = 1 as is_current,
    is_expired,
    uploaded_at,
    uploaded_by
from ranked
order by age_rank > 1, client_owner_id nulls first, document_type, document_side, age_rank;

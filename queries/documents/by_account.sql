-- documents/by_account(client_account_id)
-- One account's documents and who uploaded them: one row per document; current = newest of owner, type and side.
select
    client_document_id,
    document_type,
    document_side,
    client_owner_id,
    description,
    issue_country,
    expires_at,
    coalesce(created_at, requested_at, first_seen_at) as uploaded_at,
    uploaded_by,
    age_rank = 1 as is_current,
    is_expired
from documents_of($client_account_id)
order by age_rank > 1, client_owner_id nulls first, document_type, document_side, age_rank;

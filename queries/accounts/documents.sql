-- accounts/documents(client_account_id)
-- One account's documents: one row per document; current = the newest of its owner, type and side.
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
    is_expired
from documents_of($client_account_id)
order by client_owner_id nulls first, document_type, document_side, age_rank;

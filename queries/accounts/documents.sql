-- accounts/documents(client_account_id)
-- Papers of one account: one row per document; current = the newest of its owner, type and side.
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
        row_number() over (
            partition by client_owner_id, document_type, document_side
            order by created_at desc nulls last, client_document_id
        ) as age_rank
    from documents
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
    coalesce(expires_at::date < desk_now()::date, false) as is_expired
from ranked
order by client_owner_id nulls first, document_type, document_side, age_rank;

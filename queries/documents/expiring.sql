-- documents/expiring(days=30)
-- Current documents expired or expiring within the given days, of accounts that may need them: one row per document.
with
soon as (
    select distinct client_account_id
    from documents
    where expires_at::date <= desk_now()::date + $days::integer
),
ranked as (
    select
        documents.client_account_id,
        documents.client_document_id,
        documents.document_type,
        documents.document_side,
        documents.client_owner_id,
        documents.issue_country,
        documents.expires_at,
        row_number() over (
            partition by
                documents.client_account_id, documents.client_owner_id, documents.document_type, documents.document_side
            order by
                coalesce(documents.created_at, uploads_from_here.uploaded_at) desc nulls last,
                documents.client_document_id
        ) as age_rank
    from documents
    semi join soon using (client_account_id)
    left join uploads_from_here using (client_account_id, client_document_id)
)
select
    ranked.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    ranked.document_type,
    ranked.document_side,
    ranked.client_owner_id,
    ranked.issue_country,
    ranked.expires_at,
    date_diff('day', desk_now()::date, ranked.expires_at::date) as days_left,
    ranked.expires_at::date < desk_now()::date as is_expired,
    ranked.client_document_id
from ranked
join accounts_now using (client_account_id)
where ranked.age_rank = 1
    and ranked.expires_at::date <= desk_now()::date + $days::integer
    and accounts_now.standing not in ('closed', 'rejected', 'liquidated')
order by ranked.expires_at, ranked.client_account_id, ranked.client_owner_id nulls first, ranked.document_type, ranked.document_side;

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
        client_account_id,
        client_document_id,
        document_type,
        document_side,
        client_owner_id,
        issue_country,
        expires_at,
        is_expired,
        document_age_rank(
            client_account_id, client_owner_id, document_type, document_side, dated_at, client_document_id
        ) as age_rank
    from dated_documents
    semi join soon using (client_account_id)
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
    ranked.is_expired,
    ranked.client_document_id
from ranked
join accounts_now using (client_account_id)
where ranked.age_rank = 1
    and ranked.expires_at::date <= desk_now()::date + $days::integer
    and accounts_now.standing not in ('closed', 'rejected', 'liquidated')
order by
    ranked.expires_at,
    ranked.client_account_id,
    ranked.client_owner_id nulls first,
    ranked.document_type,
    ranked.document_side;

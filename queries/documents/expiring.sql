-- documents/expiring(days=30)
-- Current documents expired or expiring within the given days, of accounts that may need them: one row per document.
with
soon as (
    select distinct client_account_id
    from documents
    where expires_at::date <= desk_now()::date + $days::integer
),
continued as (
    select
        client_account_id,
        client_document_id,
        document_type,
        client_owner_id,
        dated_at,
        unnest(series) as one_series
    from dated_documents
    semi join soon using (client_account_id)
),
ranked as (
    select
        client_account_id,
        client_document_id,
        document_age_rank(
            client_account_id, client_owner_id, document_type, one_series, dated_at, client_document_id
        ) as age_rank
    from continued
),
current as (
    select distinct client_account_id, client_document_id
    from ranked
    where age_rank = 1
)
select
    documents.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    documents.document_type,
    documents.document_side,
    documents.client_owner_id,
    documents.description,
    array_to_string(documents.series, ', ') as series,
    documents.issue_country,
    documents.expires_at,
    date_diff('day', desk_now()::date, documents.expires_at::date) as days_left,
    documents.is_expired,
    documents.client_document_id
from dated_documents as documents
semi join current using (client_account_id, client_document_id)
join accounts_now using (client_account_id)
where documents.expires_at::date <= desk_now()::date + $days::integer
    and accounts_now.standing not in ('closed', 'rejected', 'liquidated')
order by
    documents.expires_at,
    documents.client_account_id,
    documents.client_owner_id nulls first,
    documents.document_type,
    documents.document_side,
    documents.series,
    documents.client_document_id;

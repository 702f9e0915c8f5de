-- documents/expiring(days=30)
-- Current documents expired or expiring within the given days, of accounts that may need them: one row per document.
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
from expiring_documents($days::integer) as documents
join accounts_now using (client_account_id)
where may_change(accounts_now.standing)
order by
    documents.expires_at,
    documents.client_account_id,
    documents.client_owner_id nulls first,
    documents.document_type,
    documents.document_side,
    documents.series,
    documents.client_document_id;

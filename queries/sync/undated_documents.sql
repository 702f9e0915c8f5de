-- sync/undated_documents()
-- Documents whose own metadata has not been read yet: one row per document.
select client_document_id, client_account_id
from documents
anti join taken_out using (client_account_id)
where created_at is null
order by first_seen_at, client_document_id;

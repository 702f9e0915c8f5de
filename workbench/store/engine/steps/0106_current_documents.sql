-- Whether a document is the newest in one of its series, and when the first current one of an account expires, so that
-- lists of expiring documents neither rank documents nor look at those of other accounts. Filled at the next start
-- (documents.py).
alter table documents add column is_current boolean;
alter table accounts add column document_expires_at timestamp;
-- A macro that views no longer use.
drop macro table if exists backlog_documents;

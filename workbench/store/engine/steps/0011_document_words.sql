-- Columns that said "paper" say "document", and reading back is called that. Views and indexes are made again after it.
drop index if exists readings_by_account;
drop index if exists requirements_by_account;
alter table readings rename column papers_complete to documents_complete;
alter table readings rename column papers_valid_through to documents_valid_through;
alter table requirements rename column has_papers to has_documents;
update sync_failures set run_id = 'read_back' where run_id = 'corroboration';
delete from views_applied;
drop macro table if exists papers_of;
drop macro table if exists funnel_entrants;

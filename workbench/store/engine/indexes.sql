-- Only for a plain DuckDB file: DuckLake has no indexes, and everything runs without them. Every table read by the
-- account page has one, and so has every table that landing looks up by account.
create index if not exists events_by_account on events (client_account_id);
create index if not exists readings_by_account on readings (client_account_id);
create index if not exists accounts_by_account on accounts (client_account_id);
create index if not exists registry_by_account on registry (client_account_id);
create index if not exists registry_changes_by_account on registry_changes (client_account_id);
create index if not exists journey_by_account on journey (client_account_id);
create index if not exists links_by_account on links (client_account_id);
create index if not exists documents_by_account on documents (client_account_id);

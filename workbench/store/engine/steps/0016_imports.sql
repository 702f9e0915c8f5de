-- Imports of account ids, and which of them added an id.
create table imports (
    import_id varchar, imported_at timestamp, imported_by varchar, file_name varchar, sheet varchar, id_column varchar,
    ids bigint, registered bigint
);
create table registry_added (client_account_id varchar, import_id varchar);
create table registry_confirmed (client_account_id varchar, import_id varchar);

-- Ids taken out of the registry and put back, append-only. Ids of one change have the same number.
create table registry_changes (
    client_account_id varchar, change_number bigint, is_taken_out boolean, changed_at timestamp, changed_by varchar,
    reason varchar, import_id varchar
);

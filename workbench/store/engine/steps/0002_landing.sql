-- What the newest reading's rows in other tables are made of, so that rows that say the same are not written again.
-- Null = not known yet: they are written at the account's next change.
alter table accounts add column owners_hash bigint;
alter table accounts add column documents_hash bigint;
alter table accounts add column missing_fields_hash bigint;
alter table accounts add column requirements_hash bigint;

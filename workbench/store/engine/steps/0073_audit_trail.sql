-- Who did what, in a chain of seals; rows are only added. There is no index, so that a row stays where it was put.
create table audit_trail (
    audit_number bigint, happened_at timestamp, subject varchar, person varchar, person_role varchar,
    act varchar, about varchar, outcome varchar, row_seal varchar, seal varchar
);
-- A keyed hash of each setting that was in force at the last start, to name those that changed.
create table settings_in_force (setting varchar, value_seal varchar);

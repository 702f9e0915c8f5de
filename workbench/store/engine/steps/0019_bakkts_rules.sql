-- Which documents replace each other: those of one account, owner and type that share a series. Derived as a reading is
-- landed, and when the database is opened for what was landed before.
drop index if exists documents_by_account;
alter table documents add column series varchar[];

-- Whether events and trading disagree depends on when the account was last read, so a view says it now.
drop index if exists accounts_by_account;
alter table accounts drop column contradiction;
delete from views_applied;

-- What people record about the owners of entities, append-only: the newest row of an owner counts.
create table owner_facts (
    client_account_id varchar, client_owner_id varchar, recorded_at timestamp, recorded_by varchar,
    share_percent double, manages boolean, is_business boolean
);

-- What Bakkt named as possible next steps when it rejected manual KYB.
alter table kyb_ends add column next_steps varchar;

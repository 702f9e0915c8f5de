-- Five tables give way to the one that was filled from them. Views and indexes are made again after it.
drop table accounts;
drop table account_reads;
drop table owners;
drop table missing_fields;
drop table requirements;
alter table next_accounts rename to accounts;
update links set is_expiry_assumed = false where is_expiry_assumed is null;
delete from views_applied;

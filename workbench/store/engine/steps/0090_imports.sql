-- An import says itself that it was taken back, and a registered id which imports named it: the one that added it, and
-- the first one after that. Three tables give way to these columns.
alter table imports add column taken_back_at timestamp;
alter table imports add column taken_back_by varchar;
alter table imports add column taken_back_reason varchar;
update imports
set taken_back_at = gone.taken_back_at, taken_back_by = gone.taken_back_by, taken_back_reason = gone.reason
from imports_taken_back as gone
where gone.import_id = imports.import_id;
drop table imports_taken_back;

drop index if exists registry_by_account;
alter table registry add column import_id varchar;
alter table registry add column next_import_id varchar;
update registry
set import_id = registry_added.import_id
from registry_added
where registry_added.client_account_id = registry.client_account_id;
update registry
set next_import_id = registry_confirmed.import_id
from registry_confirmed
where registry_confirmed.client_account_id = registry.client_account_id;
drop table registry_added;
drop table registry_confirmed;
delete from views_applied;

-- data/registry_log()
-- Ids taken out of the registry and put back, newest first: one row per id and change.
select client_account_id, changed_at, is_taken_out, changed_by, reason, import_id
from registry_changes
order by change_number desc, client_account_id;

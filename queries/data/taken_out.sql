-- data/taken_out()
-- Ids that were taken out of the registry, newest first: one row per id that is out now.
select client_account_id, taken_out_at, taken_out_by, reason
from taken_out
order by taken_out_at desc, client_account_id;

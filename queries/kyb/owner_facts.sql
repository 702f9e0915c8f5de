-- kyb/owner_facts(client_account_id)
-- What is recorded about the owners of an entity now: one row per owner.
select client_owner_id, share_percent, manages, is_business, recorded_at, recorded_by
from owner_facts_now
where client_account_id = $client_account_id
order by client_owner_id;

-- accounts/registration(client_account_id)
-- Whether an id is registered, even if never read: one row, or none.
select client_account_id, origin, registered_at
from registry
where client_account_id = $client_account_id;

-- accounts/registration(client_account_id)
-- Whether an id was ever registered, and whether it was taken out again: one row, or none.
select
    registry.client_account_id,
    registry.origin,
    registry.registered_at,
    taken_out.taken_out_at,
    taken_out.taken_out_by,
    taken_out.reason as taken_out_reason
from registry
left join taken_out using (client_account_id)
where registry.client_account_id = $client_account_id;

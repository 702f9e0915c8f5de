-- accounts/missing_fields(client_account_id)
-- One account's missing fields: one row per field, in the payload's order.
select field
from missing_fields
where client_account_id = $client_account_id
order by ordinal;

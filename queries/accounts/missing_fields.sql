-- accounts/missing_fields(client_account_id)
-- What one account still has to carry: one row per missing field, in the payload's order.
select field
from missing_fields
where client_account_id = $client_account_id
order by ordinal;

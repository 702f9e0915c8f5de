-- quality/missing_fields()
-- Fields that new accounts require and an account lacks: one row per missing field.
select client_account_id, field
from missing_fields
anti join taken_out using (client_account_id)
order by client_account_id, ordinal;

-- quality/missing_fields()
-- Fields that new accounts require and an account lacks: one row per missing field.
select client_account_id, field
from missing_fields
order by client_account_id, ordinal;

-- quality/missing_fields()
-- What a new account would have to carry and this one does not: one row per missing field.
select client_account_id, field
from missing_fields
order by client_account_id, ordinal;

-- kyb/checklist()
-- What each entity needs before its KYB screen, as of today, with what people ruled: one row per requirement of the entity, and per owner.
select client_account_id, requirement, client_owner_id, is_met, reason, is_by_ruling, holds_through
from checklist_now
order by client_account_id, ordinal;

-- kyb/checklist()
-- Every entity's KYB checklist as of today, with rulings: one row per requirement of the entity, and per owner.
select client_account_id, requirement, client_owner_id, is_met, reason, is_by_ruling, holds_through
from checklist_now
order by client_account_id, ordinal;

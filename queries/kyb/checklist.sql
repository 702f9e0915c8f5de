-- kyb/checklist(client_account_id=null)
-- KYB checklists as of today, with rulings: one row per requirement of an entity, and per owner.
select client_account_id, requirement, client_owner_id, is_met, reason, is_by_ruling, holds_through
from checklist_now
where client_account_id = coalesce($client_account_id::varchar, client_account_id)
order by client_account_id, ordinal;

-- accounts/checklist(client_account_id)
-- What one entity needs before its KYB screen, as of today, with what people ruled: one row per requirement, and per owner.
select client_account_id, requirement, client_owner_id, is_met, reason, is_by_ruling, holds_through
from checklist_now
where client_account_id = $client_account_id
order by ordinal;

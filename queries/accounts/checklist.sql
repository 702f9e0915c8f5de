-- accounts/checklist(client_account_id)
-- One entity's KYB checklist as of today, with rulings: one row per requirement, and per owner.
select client_account_id, requirement, client_owner_id, is_met, reason, is_by_ruling, holds_through
from checklist_now
where client_account_id = $client_account_id
order by ordinal;

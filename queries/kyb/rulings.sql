-- kyb/rulings(client_account_id)
-- All rulings on one checklist, newest first: one row per ruling, with those still in force marked.
select
    kyb_rulings.ruled_at,
    kyb_rulings.ruled_by,
    kyb_rulings.requirement,
    kyb_rulings.client_owner_id,
    kyb_rulings.client_document_id,
    kyb_rulings.valid_through,
    kyb_rulings.is_taken_back,
    kyb_rulings.reason,
    rulings_in_force.ruled_at is not null as is_in_force
from kyb_rulings
left join rulings_in_force
    on rulings_in_force.client_account_id = kyb_rulings.client_account_id
    and rulings_in_force.requirement = kyb_rulings.requirement
    and rulings_in_force.client_owner_id is not distinct from kyb_rulings.client_owner_id
    and rulings_in_force.client_document_id is not distinct from kyb_rulings.client_document_id
    and rulings_in_force.ruled_at = kyb_rulings.ruled_at
    and not kyb_rulings.is_taken_back
where kyb_rulings.client_account_id = $client_account_id
order by
    kyb_rulings.ruled_at desc,
    kyb_rulings.is_taken_back desc,
    kyb_rulings.requirement,
    kyb_rulings.client_owner_id;

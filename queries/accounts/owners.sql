-- accounts/owners(client_account_id)
-- The people on one account, in the payload's order: one row per owner.
select position, client_owner_id, role, given_name, middle_names, family_name, email_address, phone_number, country
from owners
where client_account_id = $client_account_id
order by position;

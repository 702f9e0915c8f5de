-- accounts/owners(client_account_id)
-- The people on one account, in the payload's order, with what is recorded about them: one row per owner.
select
    owners.position,
    owners.client_owner_id,
    owners.role,
    owners.given_name,
    owners.middle_names,
    owners.family_name,
    owners.email_address,
    owners.phone_number,
    owners.country,
    owner_facts_now.share_percent,
    owner_facts_now.manages
from owners
left join owner_facts_now
    on owner_facts_now.client_account_id = owners.client_account_id
    and owner_facts_now.client_owner_id = coalesce(owners.client_owner_id, '')
where owners.client_account_id = $client_account_id
order by owners.position;

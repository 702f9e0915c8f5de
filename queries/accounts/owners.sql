-- accounts/owners(client_account_id)
-- The people on one account, in the payload's order, with what is recorded about them: one row per owner.
with
people as (
    select unnest(owners, recursive := true)
    from accounts
    where client_account_id = $client_account_id
),
recorded as (
    select
        client_owner_id,
        arg_max({'share_percent': share_percent, 'manages': manages}, recorded_at) as facts
    from owner_facts
    where client_account_id = $client_account_id
    group by client_owner_id
)
select
    people.position,
    people.client_owner_id,
    people.role,
    people.given_name,
    people.middle_names,
    people.family_name,
    people.email_address,
    people.phone_number,
    people.country,
    recorded.facts.share_percent,
    recorded.facts.manages
from people
left join recorded on recorded.client_owner_id = coalesce(people.client_owner_id, '')
order by people.position;

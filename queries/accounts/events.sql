-- accounts/events(client_account_id)
-- One account's events, newest first: one row per counted event.
select received_at, party_status, reason_code, request_id, verification_expires_at as link_expires_at
from events
where client_account_id = $client_account_id
order by received_at desc, request_id, content_hash;

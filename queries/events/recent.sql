-- events/recent(limit=100)
-- Latest events from Bakkt, newest first: one row per counted event.
select received_at, request_id, client_account_id, party_status, reason_code
from events
order by received_at desc, request_id desc, content_hash desc
limit $limit::bigint;

-- events/set_aside()
-- Deliveries that were set aside, newest first: one row per content, with the reason.
select received_at, reason, content_hash
from events_set_aside
order by received_at desc, content_hash;

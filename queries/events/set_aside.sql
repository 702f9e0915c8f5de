-- events/set_aside()
-- Deliveries that could not be counted, the newest first: one row per content, with the reason.
select received_at, reason, content_hash
from events_set_aside
order by received_at desc, content_hash;

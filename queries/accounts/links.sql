-- accounts/links(client_account_id)
-- One account's verification links, newest first: one row per distinct link, without its URL.
select expires_at, first_seen_at, is_counted, coalesce(is_expiry_assumed, false) as is_expiry_assumed
from links
where client_account_id = $client_account_id
order by expires_at desc;

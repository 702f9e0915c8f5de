-- accounts/links(client_account_id)
-- The verification links seen of one account, the newest first: one row per distinct link, without its address.
select expires_at, first_seen_at, is_counted
from links
where client_account_id = $client_account_id
order by expires_at desc;

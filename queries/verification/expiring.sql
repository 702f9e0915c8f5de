-- verification/expiring(hours, limit=1000000000)
-- Live links that expire within the given hours: one row per account in verification.
select client_account_id, link_expires_at, hours_left, expirations_left
from accounts_now
where standing = 'verification' and hours_left > 0 and hours_left <= $hours::double
order by link_expires_at, client_account_id
limit $limit::bigint;

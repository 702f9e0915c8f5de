-- accounts/payload(client_account_id)
-- What Bakkt last answered for one account, as received: one row, or none.
select readings.account_json, readings.status_json, readings.documents_json, account_reads.read_at
from readings
left join account_reads using (client_account_id)
where readings.client_account_id = $client_account_id
order by readings.started_at desc
limit 1;

-- explore/reasons()
-- Bakkt's reason codes by how often they brought an account to a state, most often first: one row per code.
select reason_of(cause) as reason_code, count(*) as times
from journey
anti join taken_out using (client_account_id)
where starts_with(cause, 'event ') and reason_of(cause) is not null
group by reason_code
order by times desc, reason_code;

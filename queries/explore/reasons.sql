-- explore/reasons()
-- Bakkt's reason codes by how often they brought an account to a state, most often first: one row per code.
select reason_of(journey.cause) as reason_code, count(*) as times
from journey
join accounts using (client_account_id)
anti join taken_out using (client_account_id)
where accounts.opened_at is not null and starts_with(journey.cause, 'event ') and reason_of(journey.cause) is not null
group by reason_code
order by times desc, reason_code;

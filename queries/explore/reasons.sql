-- explore/reasons()
-- Bakkt's reason codes by how often they brought an account to a state, most often first: one row per code.
select reason_code, count(*) as times
from stays
anti join taken_out using (client_account_id)
where reason_code <> ''
group by reason_code
order by times desc, reason_code;

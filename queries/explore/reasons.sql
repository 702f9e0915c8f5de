-- explore/reasons()
-- Reason codes of Bakkt's events, most common first: one row per code.
select reason_code, count(*) as events
from events
anti join taken_out using (client_account_id)
where reason_code <> ''
group by reason_code
order by events desc, reason_code;

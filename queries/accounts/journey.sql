-- accounts/journey(client_account_id)
-- One account's standings over time: one row per entry into a standing.
select standing, entered_at, cause, undated
from journey
where client_account_id = $client_account_id
order by ordinal;

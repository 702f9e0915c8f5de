-- For the plain file alone: DuckLake has no indexes, and everything runs without them. Only append-only tables have
-- any: what is replaced batch by batch would pay for its index at every commit.
create index if not exists events_by_account on events (client_account_id);
create index if not exists events_by_request on events (request_id);
create index if not exists readings_by_account on readings (client_account_id);

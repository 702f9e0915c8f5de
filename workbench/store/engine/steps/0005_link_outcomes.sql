-- How each link went, for the forecast: derived with the links. Version 0.1 has this step, and no database is older.
alter table links add column ordinal integer;
alter table links add column live_from timestamp;
alter table links add column live_until timestamp;
alter table links add column completed_at timestamp;
alter table links add column decided_at timestamp;

-- People behind a number that were given a name. The accounts are those that the query gave when it was last asked; a
-- frozen segment keeps them.
create table segments (
    segment_id varchar, segment_name varchar, query varchar, parameters varchar, is_frozen boolean,
    saved_by varchar, saved_at timestamp, refreshed_at timestamp
);
create table segment_accounts (segment_id varchar, client_account_id varchar);

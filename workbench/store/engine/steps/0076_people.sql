-- Who signed in, and their sessions. A session is known by a hash of the sign-in provider's token; how it ended is one of
-- idle, hours, signed_out, by_admin and removed.
create table people (
    subject varchar, person_name varchar, role varchar, first_seen_at timestamp, last_seen_at timestamp,
    removed_at timestamp, removed_by varchar
);
create table sign_in_sessions (
    session_key varchar, subject varchar, began_at timestamp, last_act_at timestamp, ended_at timestamp,
    ended_as varchar, ended_by varchar
);

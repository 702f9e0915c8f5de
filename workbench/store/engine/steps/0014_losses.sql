-- How many commits there were, and when the last was: the anchor beside the file tells the same, so that a start sees
-- whether the database has lost some.
create table commits (number bigint, committed_at timestamp);
insert into commits values (0, null);

-- What was found lost at a start: the counts that there had been, then those that are missing once all was put back.
create table losses (
    found_at timestamp, harmed varchar, set_aside varchar, since timestamp, until timestamp,
    events_before bigint, last_event_before timestamp, actions_before bigint, rulings_before bigint,
    drafts_before bigint, accounts_before bigint,
    events_missing bigint, actions_missing bigint, rulings_missing bigint, drafts_missing bigint,
    accounts_missing bigint,
    dismissed_at timestamp, dismissed_by varchar
);

-- The two-person rule: who asked, by the subject of the sign-in, until when a second person may confirm and on what that
-- rests, and how the waiting ended.
alter table actions add column asked_at timestamp;
alter table actions add column asked_by_subject varchar;
alter table actions add column lapses_at timestamp;
alter table actions add column lapse_reason varchar;
alter table actions add column waiting_basis varchar;
alter table actions add column waiting_ended_as varchar;
alter table actions add column second_actor varchar;
alter table actions add column second_subject varchar;
alter table actions add column waiting_ended_at timestamp;
alter table actions add column second_reason varchar;

-- What is learnt of an action after its request left: the status of a refusal, a link that Bakkt issued and nobody has
-- seen, that Bakkt issues no more links, the ids of an update that Bakkt still works on, and who has seen its rejection.
alter table actions add column answer_status integer;
alter table actions add column link_unseen_until timestamp;
alter table actions add column no_link_left boolean;
alter table actions add column pending_ids varchar[];
alter table actions add column seen_at timestamp;
alter table actions add column seen_by varchar;
alter table accounts add column link_unseen_until timestamp;
alter table accounts add column no_link_left_at timestamp;

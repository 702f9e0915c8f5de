-- Writes to Bakkt: written before the request leaves, completed after. Nothing personal but the person's own reason.
create table actions (
    action_id varchar, kind varchar, client_account_id varchar, slot varchar, actor varchar, what varchar,
    reason varchar, confirm_key varchar, changed_fields varchar[],
    started_at timestamp, finished_at timestamp, outcome varchar, bakkt_words varchar, refusals varchar, note varchar,
    settled_at timestamp, settled_by varchar, settled_words varchar
);

-- Verification links that came as the answer to a request: facts, as events are.
create table link_answers (
    client_account_id varchar, seen_at timestamp, url varchar, expires_at timestamp, action_id varchar
);

alter table accounts add column lost_link_requests integer;
update accounts set lost_link_requests = 0;

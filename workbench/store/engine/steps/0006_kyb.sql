-- What people ruled on lines of KYB checklists: a line is met without papers or by a paper, or that is taken back.
create table kyb_rulings (
    client_account_id varchar, ruled_at timestamp, ruled_by varchar, requirement varchar, client_owner_id varchar,
    client_document_id varchar, valid_through date, is_taken_back boolean, reason varchar
);

-- How manual KYB ended, as Bakkt's compliance team told a person; and why a person recorded that it began.
create table kyb_ends (client_account_id varchar, ended_at timestamp, ended_by varchar, ended_as varchar, words varchar);
alter table kyb_starts add column reason varchar;

-- The checklist as each reading found it, line by line: what was ruled later is judged against it. Null for people,
-- and for what was read before and is not the newest.
alter table readings add column checklist varchar;

update readings
set checklist = known.checklist
from (
    select
        requirements.client_account_id,
        accounts.content_hash,
        to_json(list(
            [to_json(requirement), to_json(client_owner_id), to_json(has_papers), to_json(valid_through)]
            order by ordinal
        ))::varchar as checklist
    from requirements
    join accounts using (client_account_id)
    group by all
) as known
where readings.client_account_id = known.client_account_id and readings.content_hash = known.content_hash;

-- Each entry into a standing says what the account was in before, and when it opened: so stays, cohorts and moves are read
-- without joining the journey with itself. They are written with the entry, so an event changes no earlier row.
create table next_journey (
    client_account_id varchar, ordinal integer, standing varchar, entered_at timestamp, cause varchar, undated boolean,
    previous_standing varchar, previous_entered_at timestamp, previous_cause varchar, previous_undated boolean,
    opened_at timestamp
);
insert into next_journey by name
select
    journey.client_account_id,
    journey.ordinal,
    journey.standing,
    journey.entered_at,
    journey.cause,
    journey.undated,
    previous.standing as previous_standing,
    previous.entered_at as previous_entered_at,
    previous.cause as previous_cause,
    previous.undated as previous_undated,
    accounts.opened_at
from journey
left join journey as previous
    on previous.client_account_id = journey.client_account_id and previous.ordinal = journey.ordinal - 1
left join accounts on accounts.client_account_id = journey.client_account_id;
drop table journey;
alter table next_journey rename to journey;
-- The ordinal of the first link that the account completed.
alter table accounts add column completed_link integer;
update accounts
set completed_link = completed.ordinal
from (
    select client_account_id, min(ordinal) as ordinal
    from links
    where completed_at is not null
    group by client_account_id
) as completed
where completed.client_account_id = accounts.client_account_id;
-- Both are macros of a segment now, which do not take the place of a view of the same name.
drop view if exists funnel_reached;
drop view if exists verification_outcomes;
delete from views_applied;

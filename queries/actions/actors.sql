-- actions/actors()
-- Who has written to Bakkt: one row per person, by name.
select actor, count(*) as actions, max(started_at) as last_at
from actions
group by actor
order by actor;

-- funnel/reached_by(by=account_type, segment=null)
-- How many accounts reached each step, and in how long, by a property: one row per path, value, step, day, time taken.
select
    path,
    value,
    ordinal,
    step,
    entered_on,
    hours_had,
    undated,
    hours,
    within_hours,
    standing,
    turn,
    accounts
from funnel_reached_by($by::varchar, $segment::varchar);

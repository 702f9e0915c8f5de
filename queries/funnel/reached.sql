-- funnel/reached(segment=null)
-- How many accounts reached each step, and in how long: one row per path, step, day of entry and time taken.
select
    path,
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
from funnel_reached($segment::varchar);

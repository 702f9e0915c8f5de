-- funnel/span(path, segment=null) from funnel/reached(segment)
-- The days on which the first and the last account of a path entered, and how many did: one row.
select
    min(entered_on) as first_on,
    max(entered_on) as last_on,
    coalesce(sum(accounts), 0)::bigint as accounts
from funnel_reached($segment::varchar)
where path = path_named($path) and ordinal = 1;

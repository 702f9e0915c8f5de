-- verification/outcomes(segment=null)
-- Decided links by the whole hours left between which they were live: one row per ordinal and both hours.
select ordinal, hours_first, hours_last, cases, completed
from verification_outcomes($segment::varchar)
order by ordinal, hours_first, hours_last;

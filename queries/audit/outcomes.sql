-- audit/outcomes(subject=null, act=null, outcome=null, about=null, since=null, before=null)
-- How many rows of audit/log had each outcome: one row per outcome, the most frequent first.
select outcome, count(*) as audit_rows
from audited($subject, $act, $outcome, $about, $since, $before)
group by outcome
order by audit_rows desc, outcome;

-- audit/acts()
-- Which acts and outcomes the audit trail names: one row per act and outcome.
select act, outcome, count(*) as audit_rows
from audit_trail
group by act, outcome
order by act, outcome;

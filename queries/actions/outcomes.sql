-- actions/outcomes(since=null, client_account_id=null, kind=null, outcome=null, actor=null)
-- How many actions of actions/log had each outcome: one row per outcome.
select outcome, count(*) as actions
from logged_actions($since, $client_account_id, $kind, $outcome, $actor)
group by outcome
order by outcome;

-- funnel/stopped(path, since=null, until=null)
-- Where accounts that were never cleared are now: one row per last step reached, standing and turn.
select last_step, standing, turn, count(*) as accounts
from funnel_cohort($path, $since::date, $until::date, null)
where last_step not in ('cleared', 'trading')
group by last_step, standing, turn
order by min(case last_step when 'opened' then 1 when 'documented' then 2 else 3 end), accounts desc, standing, turn;

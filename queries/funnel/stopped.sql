-- funnel/stopped(path, since=null, until=null)
-- Where those stand now who were never cleared: one row per last step reached and standing.
with
steps as (
    select client_account_id, ordinal, step, is_reached
    from funnel_steps_of($path, $since::date, $until::date, null)
),
last_reached as (
    select client_account_id, arg_max(step, ordinal) as last_step, max(ordinal) as ordinal
    from steps
    where is_reached
    group by client_account_id
)
select last_reached.last_step, accounts_now.standing, accounts_now.turn, count(*) as accounts
from last_reached
join accounts_now using (client_account_id)
where last_reached.last_step not in ('cleared', 'trading')
group by last_reached.last_step, last_reached.ordinal, accounts_now.standing, accounts_now.turn
order by last_reached.ordinal, accounts desc, accounts_now.standing, accounts_now.turn;

-- funnel/people(path, step, since=null, until=null, window_days=30, reached=true)
-- Who is behind a step: one row per account that reached it, or (reached=false) that reached the one before and not it.
with
wanted as (
    select client_account_id, entered_at, case when is_reached then reached_at end as reached_at, undated
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer)
    where step = $step and is_reached = $reached::boolean and is_candidate
)
select
    wanted.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    wanted.entered_at,
    wanted.reached_at,
    wanted.undated
from wanted
join accounts_now using (client_account_id)
order by wanted.entered_at desc, wanted.client_account_id;

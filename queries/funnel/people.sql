-- funnel/people(path, step, since=null, until=null, window_days=30, reached=true)
-- Who is behind a step: one row per account that reached it, or (reached=false) that reached the one before and not it.
with
steps as (
    select client_account_id, ordinal, step, entered_at, is_reached, reached_at, undated
    from funnel_steps_of($path, $since::date, $until::date, $window_days::integer)
),
wanted as (
    select here.client_account_id, here.entered_at, here.reached_at, here.undated, here.is_reached
    from steps as here
    left join steps as previous
        on previous.client_account_id = here.client_account_id and previous.ordinal = here.ordinal - 1
    where here.step = $step
        and (here.is_reached = $reached::boolean)
        and ($reached::boolean or coalesce(previous.is_reached, true))
)
select
    wanted.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    wanted.entered_at,
    case when wanted.is_reached then wanted.reached_at end as reached_at,
    wanted.undated
from wanted
join accounts_now using (client_account_id)
order by wanted.entered_at desc, wanted.client_account_id;

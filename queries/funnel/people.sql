-- funnel/people(path, step, since=null, until=null, window_days=30, reached=true, most=1000000000)
-- Who is behind a step: one row per account that reached it, or (reached=false) that reached the one before and not it.
with
entrants as (
    select
        client_account_id,
        display_name,
        standing,
        turn,
        entered_at,
        of_step($step, opened, documented, screened, cleared, trading) as reach
    from funnel_entrants($path, $since::date, $until::date, $window_days::integer)
)
select
    client_account_id,
    display_name,
    standing,
    turn,
    entered_at,
    reach.reached_at as reached_at,
    reach.undated as undated
from entrants
where reach.is_reached = $reached::boolean and reach.is_candidate
order by entered_at desc, client_account_id
limit $most::bigint;

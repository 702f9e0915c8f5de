-- funnel/people(path, step, since=null, until=null, window_days=30, reached=true, most=1000000000)
-- The accounts behind a step: one row per account that reached it or, if reached=false, only the step before it.
with
cohort as (
    select
        client_account_id,
        display_name,
        standing,
        turn,
        entered_at,
        of_step($step, true, is_documented, is_screened, is_cleared, is_trading) as is_reached,
        of_step($step, true, true, is_documented, is_screened, is_cleared) as is_candidate,
        of_step($step, entered_at, documented_at, screened_at, cleared_at, trading_at) as reached_at,
        of_step($step, false, documented_undated, screened_undated, cleared_undated, trading_undated) as undated
    from funnel_cohort($path, $since::date, $until::date, $window_days::integer)
)
select
    client_account_id,
    display_name,
    standing,
    turn,
    entered_at,
    reached_at,
    undated
from cohort
where is_reached = $reached::boolean and is_candidate
order by entered_at desc, client_account_id
limit $most::bigint;

-- funnel/people(path, step, since=null, until=null, window_days=30, reached=true, by=null, value=null, segment=null, limit=1000000000, offset=0)
-- Accounts behind a step, newest first: one row per account that reached it or, if reached=false, only the one before.
with
of_value as (
    select client_account_id
    from funnel_accounts
    where path = path_named($path)
        and entered_at >= coalesce($since::date, date '0001-01-01')
        and entered_at < coalesce($until::date, date '9999-12-31')
        and is_in_segment(client_account_id, $segment::varchar)
        and (
            $by::varchar is null
            or property_of($by::varchar, account_type, country, state, entered_at, is_migrated, completed_link)
                is not distinct from $value::varchar
        )
),
cohort as (
    select
        client_account_id,
        display_name,
        standing,
        turn,
        opened_at as entered_at,
        not is_entity
            or is_within(documented_undated, hours_between(opened_at, documented_at), $window_days) as is_documented,
        is_documented and is_within(screened_undated, hours_between(opened_at, screened_at), $window_days) as is_screened,
        is_screened and is_within(cleared_undated, hours_between(opened_at, cleared_at), $window_days) as is_cleared,
        is_cleared and is_within(trading_undated, hours_between(opened_at, trading_at), $window_days) as is_trading,
        of_step($step, opened_at, documented_at, screened_at, cleared_at, trading_at) as reached_at,
        of_step($step, false, documented_undated, screened_undated, cleared_undated, trading_undated) as undated
    from accounts_now
    semi join of_value using (client_account_id)
    where is_entity = is_entity_path($path)
        and opened_at >= coalesce($since::date, date '0001-01-01')
        and opened_at < coalesce($until::date, date '9999-12-31')
),
listed as (
    select
        client_account_id,
        display_name,
        standing,
        turn,
        entered_at,
        case when $reached::boolean then reached_at end as reached_at,
        $reached::boolean and undated as undated
    from cohort
    where of_step($step, true, is_documented, is_screened, is_cleared, is_trading) = $reached::boolean
        and of_step($step, true, true, is_documented, is_screened, is_cleared)
)
select
    client_account_id,
    display_name,
    standing,
    turn,
    entered_at,
    reached_at,
    undated
from listed
order by entered_at desc, client_account_id
limit $limit::bigint
offset $offset::bigint;

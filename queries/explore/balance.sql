-- explore/balance(since=null, until=null, segment=null)
-- Open work at the start and end of each day (UTC) in [since, until), and what came and went: one row per day and turn.
with
span as (
    select
        coalesce($since::date, desk_now()::date - 29) as first_day,
        least(coalesce($until::date - 1, desk_now()::date), desk_now()::date) as last_day
),
undated_steps as materialized (  -- it was in it when we first read it, and what came before is of no known time
    select
        client_account_id,
        max(ordinal) as ordinal,
        arg_max(standing, ordinal) as standing,
        any_value(opened_at) as opened_at
    from journey
    where undated
    group by client_account_id
),
dated_moves as not materialized (
    select client_account_id, ordinal, entered_at as moment, previous_standing, standing
    from journey
    cross join span
    where not undated
        and entered_at >= span.first_day
        and entered_at < span.last_day + 1
        and (is_open(standing) or coalesce(is_open(previous_standing), false))
),
known_moves as (
    select client_account_id, moment, previous_standing, standing
    from dated_moves
    where client_account_id not in (select client_account_id from undated_steps)
    union all
    select dated_moves.client_account_id, dated_moves.moment, dated_moves.previous_standing, dated_moves.standing
    from (
        from dated_moves
        where client_account_id in (select client_account_id from undated_steps)  -- few: spares a join of all moves
    ) as dated_moves
    join undated_steps using (client_account_id)
    where dated_moves.ordinal > undated_steps.ordinal
    union all
    select client_account_id, opened_at as moment, null as previous_standing, standing
    from undated_steps
    cross join span
    where opened_at >= span.first_day and opened_at < span.last_day + 1 and is_open(standing)
),
moves as (
    select
        client_account_id,
        moment,
        turn_at_move(previous_standing, true) as turn_before,  -- in verification the customer's, if a link is live
        turn_at_move(standing, true) as turn_after
    from known_moves
    anti join taken_out using (client_account_id)
    where is_in_segment(client_account_id, $segment::varchar)
),
live_spells as not materialized (
    select client_account_id, live_from, live_until
    from links
    anti join taken_out using (client_account_id)
    where live_until > live_from  -- an account's never overlap
        and is_in_segment(client_account_id, $segment::varchar)
),
links_begun as (
    select client_account_id, live_from as moment, true as is_begun
    from live_spells
    cross join span
    where live_from >= span.first_day and live_from < span.last_day + 1
),
links_ended as (
    select client_account_id, live_until as moment, true as is_ended
    from live_spells
    cross join span
    where live_until >= span.first_day and live_until < span.last_day + 1 and live_until <= desk_now()
),
turned as (
    select
        moves.client_account_id,
        moves.moment,
        links_begun.is_begun,
        links_ended.is_ended,
        case when moves.turn_before = 'customer' and is_ended is null then 'us' else moves.turn_before end as turn_before,
        case when moves.turn_after = 'customer' and is_begun is null then 'us' else moves.turn_after end as turn_after
    from moves
    left join links_begun
        on links_begun.client_account_id = case when moves.turn_after = 'customer' then moves.client_account_id end
        and links_begun.moment = moves.moment
    left join links_ended
        on links_ended.client_account_id = case when moves.turn_before = 'customer' then moves.client_account_id end
        and links_ended.moment = moves.moment
),
passed as (
    select moment, turn_before, turn_after
    from turned
    union all
    select moment, 'us' as turn_before, 'customer' as turn_after
    from links_begun
    anti join links_ended using (client_account_id, moment)
    anti join (
        select client_account_id, moment
        from turned
        where is_begun
    ) as arrived using (client_account_id, moment)
    union all
    select moment, 'customer' as turn_before, 'us' as turn_after
    from links_ended
    anti join links_begun using (client_account_id, moment)
    anti join (
        select client_account_id, moment
        from turned
        where is_ended
    ) as gone using (client_account_id, moment)
),
turns as (
    select unnest(['all', 'us', 'customer', 'bakkt']) as turn
),
passed_a_day as (
    select moment::date as day, turn_before, turn_after, count(*) as accounts
    from passed
    where turn_before is distinct from turn_after
    group by all
),
flows as (
    select
        passed_a_day.day,
        turns.turn,
        total_where(
            accounts,
            turn_after is not null and (turns.turn = turn_after or (turns.turn = 'all' and turn_before is null))
        ) as came_in,
        total_where(
            accounts,
            turn_before is not null and (turns.turn = turn_before or (turns.turn = 'all' and turn_after is null))
        ) as went_out
    from passed_a_day
    cross join turns
    group by all
),
days as (
    select span.first_day + n::integer as day
    from span
    cross join unnest(range(greatest(0, span.last_day - span.first_day + 1))) as numbers(n)
),
stays_over_the_start as not materialized (
    select stays.client_account_id, stays.ordinal, stays.standing, stays.entered_at, stays.undated, stays.opened_at
    from stays
    cross join span
    where is_open(stays.standing) and coalesce(stays.left_at >= span.first_day, true)
),
open_at_the_start as (
    select client_account_id, standing
    from stays_over_the_start
    cross join span
    where entered_at < span.first_day and client_account_id not in (select client_account_id from undated_steps)
    union all
    select stays.client_account_id, stays.standing
    from stays_over_the_start as stays
    join undated_steps using (client_account_id)
    cross join span
    where stays.ordinal >= undated_steps.ordinal
        and case when stays.undated then stays.opened_at else stays.entered_at end < span.first_day
),
open_before as (
    select turn_at_move(standing, true) as turn, count(*) as accounts
    from open_at_the_start
    anti join taken_out using (client_account_id)
    where is_in_segment(client_account_id, $segment::varchar)
    group by all
),
with_customers as (
    select count(*) as accounts
    from live_spells
    cross join span
    where live_from < span.first_day and live_until >= span.first_day
),
opened_with as (
    select
        turns.turn,
        case turns.turn
            when 'customer' then any_value(with_customers.accounts)
            when 'us' then
                total_where(open_before.accounts, open_before.turn <> 'bakkt') - any_value(with_customers.accounts)
            else total_where(open_before.accounts, turns.turn in ('all', open_before.turn))
        end as accounts
    from open_before
    cross join with_customers
    cross join turns
    group by turns.turn
),
counted as (
    select
        days.day,
        turns.turn,
        coalesce(flows.came_in, 0) as came_in,
        coalesce(flows.went_out, 0) as went_out,
        coalesce(opened_with.accounts, 0)
            + sum(coalesce(flows.came_in, 0) - coalesce(flows.went_out, 0)) over (partition by turns.turn order by days.day)
            as closing
    from days
    cross join turns
    left join flows on flows.day = days.day and flows.turn = turns.turn
    left join opened_with on opened_with.turn = turns.turn
)
select
    day,
    turn,
    (closing - came_in + went_out)::bigint as opening,
    came_in,
    went_out,
    closing::bigint as closing
from counted
order by day, turn;

-- explore/balance(since=null, until=null, segment=null)
-- Open work at the start and end of each day (UTC) in [since, until), and what came and went: one row per day and turn.
with
span as (
    select
        coalesce($since::date, desk_now()::date - 29) as first_day,
        least(coalesce($until::date - 1, desk_now()::date), desk_now()::date) as last_day
),
members as (
    select distinct client_account_id
    from segment_accounts
    where segment_id = $segment::varchar
),
steps as not materialized (
    select
        client_account_id,
        hash(client_account_id) as account_hash,
        ordinal,
        entered_at,
        undated,
        standing
    from journey
    anti join taken_out using (client_account_id)
    where $segment::varchar is null or client_account_id in (select client_account_id from members)
),
undated_steps as (  -- the account was in it when we first read it, and what came before is of no known time
    select
        steps.account_hash,
        max(steps.ordinal) as ordinal,
        arg_max(steps.standing, steps.ordinal) as standing,
        any_value(accounts.opened_at) as moment
    from steps
    join accounts using (client_account_id)
    where steps.undated
    group by steps.account_hash
),
entries as materialized (
    select steps.account_hash, steps.ordinal, steps.entered_at as moment, steps.ordinal as next_ordinal, steps.standing
    from steps
    left join undated_steps using (account_hash)
    where not steps.undated and steps.ordinal > coalesce(undated_steps.ordinal, -1)
    union all
    select account_hash, ordinal, moment, null as next_ordinal, standing
    from undated_steps
),
moves as (
    select
        entries.account_hash,
        entries.moment,
        turn_at_move(before.standing, true) as turn_before,  -- in verification the customer's, if a link is live
        turn_at_move(entries.standing, true) as turn_after
    from entries
    cross join span
    left join (
        select account_hash, ordinal + 1 as next_ordinal, standing
        from steps
        where is_open(standing)
    ) as before using (account_hash, next_ordinal)
    where entries.moment >= span.first_day
        and entries.moment < span.last_day + 1
        and (is_open(entries.standing) or before.standing is not null)
),
live_spells as not materialized (
    select hash(client_account_id) as account_hash, live_from, live_until
    from links
    anti join taken_out using (client_account_id)
    where live_until > live_from  -- an account's never overlap
        and ($segment::varchar is null or client_account_id in (select client_account_id from members))
),
links_begun as (
    select account_hash, live_from as moment, true as is_begun
    from live_spells
    cross join span
    where live_from >= span.first_day and live_from < span.last_day + 1
),
links_ended as (
    select account_hash, live_until as moment, true as is_ended
    from live_spells
    cross join span
    where live_until >= span.first_day and live_until < span.last_day + 1 and live_until <= desk_now()
),
turned as (
    select
        moves.account_hash,
        moves.moment,
        links_begun.is_begun,
        links_ended.is_ended,
        case when moves.turn_before = 'customer' and is_ended is null then 'us' else moves.turn_before end as turn_before,
        case when moves.turn_after = 'customer' and is_begun is null then 'us' else moves.turn_after end as turn_after
    from moves
    left join links_begun
        on links_begun.account_hash = case when moves.turn_after = 'customer' then moves.account_hash end
        and links_begun.moment = moves.moment
    left join links_ended
        on links_ended.account_hash = case when moves.turn_before = 'customer' then moves.account_hash end
        and links_ended.moment = moves.moment
),
passed as (
    select moment, turn_before, turn_after
    from turned
    union all
    select moment, 'us' as turn_before, 'customer' as turn_after
    from links_begun
    anti join links_ended using (account_hash, moment)
    anti join (
        select account_hash, moment
        from turned
        where is_begun
    ) as arrived using (account_hash, moment)
    union all
    select moment, 'customer' as turn_before, 'us' as turn_after
    from links_ended
    anti join links_begun using (account_hash, moment)
    anti join (
        select account_hash, moment
        from turned
        where is_ended
    ) as gone using (account_hash, moment)
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
last_standings as (
    select entries.account_hash, arg_max(entries.standing, entries.ordinal) as standing
    from entries
    cross join span
    where entries.moment < span.first_day
    group by entries.account_hash
),
open_before as (
    select turn_at_move(standing, true) as turn, count(*) as accounts
    from last_standings
    where is_open(standing)
    group by standing
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

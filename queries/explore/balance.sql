-- explore/balance(since=null, until=null, segment=null)
-- Open work at the start and end of each day (UTC) in [since, until), and what came and went: one row per day and turn.
with
span as (
    select
        coalesce($since::date, desk_now()::date - 29) as first_day,
        least(coalesce($until::date - 1, desk_now()::date), desk_now()::date) as last_day
),
members as (
    select distinct hash(client_account_id) as account_hash
    from segment_accounts
    where segment_id = $segment::varchar
),
asked as (
    select hash(client_account_id) as account_hash, opened_at
    from accounts
    anti join taken_out using (client_account_id)
    where $segment::varchar is null or hash(client_account_id) in (select account_hash from members)
),
steps as (
    select hash(client_account_id) as account_hash, ordinal, standing, entered_at, undated
    from journey
),
undated_steps as (
    select account_hash, ordinal
    from steps
    where undated
),
entries as (
    select
        steps.account_hash,
        case when steps.undated then asked.opened_at else steps.entered_at end as moment,
        case when not steps.undated then steps.ordinal - 1 end as ordinal_before,
        steps.standing as standing_after
    from steps
    join asked using (account_hash)
    anti join undated_steps
        on undated_steps.account_hash = steps.account_hash and undated_steps.ordinal = steps.ordinal + 1
),
moves as (
    select
        entries.account_hash,
        entries.moment,
        before.standing as standing_before,
        entries.standing_after,
        case when before.standing = 'verification' then entries.account_hash end as verified_before,
        case when entries.standing_after = 'verification' then entries.account_hash end as verified_after
    from entries
    left join steps as before
        on before.account_hash = entries.account_hash and before.ordinal = entries.ordinal_before
),
links_begun as (
    select distinct hash(client_account_id) as account_hash, live_from as moment, true as is_begun
    from links
    where live_until > live_from
),
links_ended as (
    select distinct hash(client_account_id) as account_hash, live_until as moment, true as is_ended
    from links
    where live_until > live_from and live_until <= desk_now()
),
turned as (
    select
        moves.account_hash,
        moves.moment,
        turn_at_move(moves.standing_before, links_ended.is_ended) as turn_before,
        turn_at_move(moves.standing_after, links_begun.is_begun) as turn_after
    from moves
    left join links_begun on links_begun.account_hash = moves.verified_after and links_begun.moment = moves.moment
    left join links_ended on links_ended.account_hash = moves.verified_before and links_ended.moment = moves.moment
    where is_open(moves.standing_after) or is_open(moves.standing_before)
),
passed as (
    select moment, turn_before, turn_after
    from turned
    union all
    select links_begun.moment, 'us' as turn_before, 'customer' as turn_after
    from links_begun
    semi join asked using (account_hash)
    anti join links_ended using (account_hash, moment)
    anti join (
        select account_hash, moment
        from turned
        where turn_after = 'customer'
    ) as arrived using (account_hash, moment)
    union all
    select links_ended.moment, 'customer' as turn_before, 'us' as turn_after
    from links_ended
    semi join asked using (account_hash)
    anti join links_begun using (account_hash, moment)
    anti join (
        select account_hash, moment
        from turned
        where turn_before = 'customer'
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
opened_with as (
    select flows.turn, sum(came_in - went_out) as accounts
    from flows
    cross join span
    where flows.day < span.first_day
    group by flows.turn
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

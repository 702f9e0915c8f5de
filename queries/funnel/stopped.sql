-- funnel/stopped(path, since=null, until=null, segment=null) from funnel/reached(segment)
-- Where accounts that were never cleared are now: one row per last step reached, standing and turn.
select steps.step as last_step, reached.standing, reached.turn, sum(reached.accounts)::bigint as accounts
from funnel_reached_within($path, $since, $until, null, $segment::varchar) as reached
join path_steps($path) as steps using (ordinal)
where reached.standing is not null
group by steps.ordinal, last_step, reached.standing, reached.turn
order by steps.ordinal, accounts desc, reached.standing, reached.turn;

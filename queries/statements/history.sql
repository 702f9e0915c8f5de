-- statements/history(author, limit=50)
-- What a person ran on the tab SQL of Explore, newest first and each statement once: one row per statement.
with
latest as (
    select
        statement,
        max(ran_at) as ran_at,
        arg_max(outcome, (ran_at, run_id)) as outcome,
        arg_max(row_count, (ran_at, run_id)) as row_count,
        arg_max(seconds, (ran_at, run_id)) as seconds
    from statement_runs
    where author = $author
    group by statement
)
select statement, ran_at, outcome, row_count, seconds
from latest
order by ran_at desc, statement
limit $limit::bigint;

-- today/by_standing()
-- How old the open work is, at least where its date is unknown: one row per turn and standing that is not final.
select
    standing,
    turn,
    count(*) as accounts,
    median(age_hours) as median_hours,
    quantile_cont(age_hours, 0.9) as p90_hours,
    max(age_hours) as oldest_hours,
    count(*) filter (where is_past_due) as overdue,
    count(*) filter (where is_due_soon) as due_soon,
    count(*) filter (where age_hours < 24) as under_1d,
    count(*) filter (where age_hours >= 24 and age_hours < 72) as d1_3,
    count(*) filter (where age_hours >= 72 and age_hours < 168) as d3_7,
    count(*) filter (where age_hours >= 168 and age_hours < 720) as d7_30,
    count(*) filter (where age_hours >= 720) as over_30d,
    count(*) filter (where standing_undated) as undated
from accounts_now
where is_open
group by standing, turn
order by overdue desc, accounts desc, standing, turn;

-- verification/yield()
-- How many links of each ordinal completed: the account left verification, other than by rejection, while the link was its newest; of links that it had in verification and that are decided (it left, or the link was replaced or expired): one row per ordinal that has one.
select
    ordinal,
    count(*) as links,
    count(*) filter (where is_completed) as completed,
    count(*) filter (where is_completed) / count(*) as share,
    is_few(count(*)) as is_few
from link_outcomes
where is_decided
group by ordinal
order by ordinal;

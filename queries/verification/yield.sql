-- verification/yield(segment=null)
-- How many decided links of each ordinal were completed (verification left, not by rejection): one row per ordinal.
select
    ordinal,
    count(*) as links,
    count(*) filter (where is_completed) as completed,
    count(*) filter (where is_completed) / count(*) as share,
    is_few(count(*)) as is_few
from link_outcomes
where is_decided and is_in_segment(client_account_id, $segment::varchar)
group by ordinal
order by ordinal;

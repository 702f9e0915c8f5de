-- explore/segments()
-- Segments, by name: one row per segment, how many accounts it has, and how many of them are no longer registered.
with
counted as (
    select segment_id, count(*) as accounts, count(taken_out.client_account_id) as vanished
    from segment_accounts
    left join taken_out using (client_account_id)
    group by segment_id
)
select
    segments.segment_id,
    segments.segment_name,
    segments.query,
    segments.parameters,
    segments.is_frozen,
    segments.saved_by,
    segments.saved_at,
    segments.refreshed_at,
    coalesce(counted.accounts, 0) as accounts,
    coalesce(counted.vanished, 0) as vanished
from segments
left join counted using (segment_id)
order by lower(segments.segment_name), segments.segment_id;

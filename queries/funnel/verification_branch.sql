-- funnel/verification_branch(path, since=null, until=null, segment=null)
-- Where accounts that had to verify are now, of those that entered in [since, until): one row per standing.
select standing, count(*) as accounts
from accounts_now
where is_entity = is_entity_path($path)
    and verification_at is not null
    and opened_at >= coalesce($since::date, date '0001-01-01')
    and opened_at < coalesce($until::date, date '9999-12-31')
    and is_in_segment(client_account_id, $segment::varchar)
group by standing
order by accounts desc, standing;

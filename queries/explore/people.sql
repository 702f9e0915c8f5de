-- explore/people(measure, standing=verification, step=cleared, start=opened, finish=cleared, reason=null, path=null, since=null, until=null, window_days=30, segment=null, by=null, then_by=null, first_kind=null, first_group=null, second_kind=null, second_group=null, met=true, limit=1000000000, offset=0)
-- The accounts behind explore/measure, newest first: one row per account that met it or, with met=false, did not.
with
found as (
    select client_account_id, first_kind, first_group, second_kind, second_group, hours
    from explored(
        $measure, $standing, $step, $start, $finish, $reason::varchar,
        $path::varchar, $since::date, $until::date, $window_days,
        $segment::varchar, $by::varchar, $then_by::varchar
    )
    where is_mature
        and not is_undated
        and is_hit = $met::boolean
        and is_wanted(first_kind, $first_kind::varchar)
        and is_wanted(first_group, $first_group::varchar)
        and is_wanted(second_kind, $second_kind::varchar)
        and is_wanted(second_group, $second_group::varchar)
)
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.account_type,
    accounts_now.country,
    found.first_kind,
    found.first_group,
    found.second_kind,
    found.second_group,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.opened_at,
    found.hours
from found
join accounts_now using (client_account_id)
order by accounts_now.opened_at desc, accounts_now.client_account_id
limit $limit::bigint
offset $offset::bigint;

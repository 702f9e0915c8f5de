-- How each link went, for the forecast: derived with the links from now on, and here for those that are there.
alter table links add column ordinal integer;
alter table links add column live_from timestamp;
alter table links add column live_until timestamp;
alter table links add column completed_at timestamp;
alter table links add column decided_at timestamp;

create temp table known_outcomes as
with
ordered as (
    select
        client_account_id,
        url,
        first_seen_at,
        expires_at,
        row_number() over by_expiry as ordinal,
        coalesce(
            min(first_seen_at) over (by_expiry rows between 1 following and unbounded following),
            timestamp '9999-12-31'
        ) as replaced_at
    from links
    window by_expiry as (partition by client_account_id order by expires_at, url)
),
stays as (
    select
        entries.client_account_id,
        entries.entered_at,
        coalesce(exits.entered_at, timestamp '9999-12-31') as left_at,
        exits.standing as left_to
    from journey as entries
    left join journey as exits
        on exits.client_account_id = entries.client_account_id and exits.ordinal = entries.ordinal + 1
    where entries.standing = 'verification'
),
held as (
    select
        ordered.client_account_id,
        ordered.url,
        ordered.ordinal,
        ordered.first_seen_at,
        ordered.expires_at,
        ordered.replaced_at,
        min(greatest(ordered.first_seen_at, stays.entered_at)) as live_from,
        min(stays.left_at) filter (where stays.left_at <= ordered.replaced_at and stays.left_to <> 'rejected')
            as completed_at,
        min(stays.left_at) filter (where stays.left_at <= ordered.replaced_at and stays.left_to = 'rejected')
            as rejected_at
    from ordered
    join stays
        on stays.client_account_id = ordered.client_account_id
        and (stays.entered_at < ordered.replaced_at or stays.entered_at <= ordered.first_seen_at)
        and stays.left_at > ordered.first_seen_at
    group by all
),
decided as (
    select
        *,
        least(coalesce(completed_at, rejected_at, timestamp '9999-12-31'), replaced_at, expires_at) as live_until
    from held
)
select
    client_account_id,
    url,
    ordinal,
    live_from,
    live_until,
    completed_at,
    coalesce(completed_at, least(rejected_at, replaced_at, expires_at)) as decided_at
from decided;

update links
set
    ordinal = known.ordinal,
    live_from = known.live_from,
    live_until = known.live_until,
    completed_at = known.completed_at,
    decided_at = known.decided_at
from known_outcomes as known
where known.client_account_id = links.client_account_id and known.url = links.url;

drop table known_outcomes;

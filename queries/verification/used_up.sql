-- verification/used_up(segment=null, limit=1000000000, offset=0)
-- Accounts out of links, latest first, with each counted link and who requested it (or Bakkt): one row per account.
with
used_up as materialized (
    select client_account_id, display_name, used_up_at, standing, standing_since
    from accounts_now
    where is_used_up and is_in_segment(client_account_id, $segment::varchar)
    order by used_up_at desc, client_account_id
    limit $limit::bigint
    offset $offset::bigint
),
links_of_them as materialized (
    select client_account_id, url, first_seen_at, expires_at, is_counted
    from links
    semi join used_up using (client_account_id)
),
answered as (
    select
        links.client_account_id,
        links.url,
        actions.actor,
        actions.started_at
    from actions
    join link_answers on link_answers.action_id = actions.action_id
    join links_of_them as links
        on links.client_account_id = link_answers.client_account_id
        and links.url = link_answers.url
        and links.first_seen_at >= actions.started_at
),
lost as (
    select
        links.client_account_id,
        arg_min(links.url, links.first_seen_at) as url,
        actions.actor,
        actions.started_at
    from actions
    anti join link_answers using (action_id)
    join links_of_them as links
        on links.client_account_id = actions.client_account_id and links.first_seen_at >= actions.started_at
    where actions.kind = 'request_link' and actions.outcome not in ('refused', 'not_sent', 'awaiting_second')
    group by links.client_account_id, actions.action_id, actions.actor, actions.started_at
),
requested as (
    select client_account_id, url, actor, started_at from answered
    union all
    select client_account_id, url, actor, started_at from lost
),
senders as (
    select client_account_id, url, arg_min(actor, started_at) as actor
    from requested
    group by client_account_id, url
),
counted as (
    select
        used_up.client_account_id,
        links.first_seen_at,
        links.expires_at,
        case when links.url is not null then coalesce(senders.actor, 'Bakkt') end as sent_by,
        row_number() over (partition by used_up.client_account_id order by links.expires_at, links.url) as ordinal
    from used_up
    left join links_of_them as links on links.client_account_id = used_up.client_account_id and links.is_counted
    left join senders on senders.client_account_id = links.client_account_id and senders.url = links.url
),
ledger as (
    select
        client_account_id,
        max(first_seen_at) filter (where ordinal = 1) as first_link_seen_at,
        max(expires_at) filter (where ordinal = 1) as first_link_expired_at,
        max(sent_by) filter (where ordinal = 1) as first_link_sent_by,
        max(first_seen_at) filter (where ordinal = 2) as second_link_seen_at,
        max(expires_at) filter (where ordinal = 2) as second_link_expired_at,
        max(sent_by) filter (where ordinal = 2) as second_link_sent_by,
        max(first_seen_at) filter (where ordinal = 3) as third_link_seen_at,
        max(expires_at) filter (where ordinal = 3) as third_link_expired_at,
        max(sent_by) filter (where ordinal = 3) as third_link_sent_by
    from counted
    group by client_account_id
)
select
    used_up.client_account_id,
    used_up.display_name,
    used_up.used_up_at,
    used_up.standing,
    used_up.standing_since,
    ledger.first_link_seen_at,
    ledger.first_link_expired_at,
    ledger.first_link_sent_by,
    ledger.second_link_seen_at,
    ledger.second_link_expired_at,
    ledger.second_link_sent_by,
    ledger.third_link_seen_at,
    ledger.third_link_expired_at,
    ledger.third_link_sent_by
from used_up
join ledger using (client_account_id)
order by used_up.used_up_at desc, used_up.client_account_id;

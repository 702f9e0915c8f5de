-- accounts/one(client_account_id)
-- One account's current state: one row, or none for an account without readings or events.
with
newest_link as (
    select
        arg_max(url, row(expires_at, url)) as link_url,
        coalesce(arg_max(is_expiry_assumed, row(expires_at, url)), false) as is_expiry_assumed,
        count(*) as links_seen,
        list_reverse_sort(list(expires_at))[2] as earlier_expires_at
    from links
    where client_account_id = $client_account_id
),
last_event as (
    select arg_max({'reason_code': reason_code}, row(received_at, request_id, content_hash)).reason_code as reason_code
    from events
    where client_account_id = $client_account_id
),
current as (
    select
        accounts.client_account_id,
        accounts.account_type,
        coalesce(accounts.is_entity, false) as is_entity,
        accounts.display_name,
        accounts.bakkt_account_id,
        accounts.created_at,
        accounts.request_status,
        accounts.settlement_method,
        accounts.pending_updates,
        accounts.standing,
        turn_now(accounts.turn, accounts.turn_changes_at, accounts.turn_after) as turn,
        accounts.standing_since,
        accounts.standing_undated,
        accounts.standing_cause,
        accounts.due_at,
        accounts.can_trade_crypto,
        link_state_now(
            accounts.standing, accounts.link_expires_at, accounts.link_unseen_until, desk_settings.link_warning_hours
        ) as link_state,
        accounts.link_expires_at,
        expirations_now(
            accounts.first_expiry_at, accounts.second_expiry_at, accounts.third_expiry_at
        ) as expirations_used,
        expirations_left(
            desk_settings.links_allowed, expirations_used, accounts.lost_link_requests
        ) as expirations_left,
        desk_settings.links_allowed,
        hour_us_at(desk_settings.speed) as hour_us,
        coalesce(accounts.lost_link_requests, 0) as lost_link_requests,
        accounts.link_unseen_until,
        accounts.no_link_left_at,
        accounts.last_event_at,
        coalesce(accounts.lacks_identity_document, false) as lacks_identity_document,
        accounts.read_at
    from accounts
    cross join desk_settings
    where accounts.client_account_id = $client_account_id
        and after_scan(accounts.client_account_id, not accounts.is_taken_out)
)
select
    current.client_account_id,
    current.account_type,
    current.is_entity,
    current.display_name,
    current.bakkt_account_id,
    current.created_at,
    current.request_status,
    current.settlement_method,
    current.pending_updates,
    current.standing,
    current.turn,
    current.standing_since,
    current.standing_undated,
    current.standing_cause,
    hours_between(current.standing_since, desk_now()) as age_hours,
    current.due_at,
    hours_between(current.due_at, desk_now()) as hours_overdue,
    current.can_trade_crypto,
    current.link_state,
    newest_link.link_url,
    newest_link.links_seen,
    current.link_expires_at,
    newest_link.is_expiry_assumed,
    hours_between(desk_now(), current.link_expires_at) as hours_left,
    case
        when current.standing = 'verification' and newest_link.earlier_expires_at > desk_now()
            then newest_link.earlier_expires_at
    end as earlier_link_expires_at,
    current.expirations_used,
    current.expirations_left,
    current.lost_link_requests,
    unseen_link(current.link_state, current.link_unseen_until) as link_unseen_until,
    current.no_link_left_at,
    is_last_link(current.link_state, current.expirations_left) as is_last_link,
    coalesce(current.expirations_used = current.links_allowed, false) as is_used_up,
    coalesce(
        is_restricted(current.can_trade_crypto, current.standing, current.read_at, current.last_event_at), false
    ) as is_restricted_by_event,
    contradiction(
        current.can_trade_crypto, current.standing, current.read_at, current.last_event_at, current.hour_us
    ) as contradiction,
    current.last_event_at,
    last_event.reason_code,
    current.lacks_identity_document,
    current.read_at,
    registry.registered_at,
    registry.origin,
    exists (from actions where client_account_id = $client_account_id) as has_actions
from current
left join registry using (client_account_id)
cross join newest_link
cross join last_event;

-- accounts/one(client_account_id)
-- One account's current state: one row, or none for an account without readings or events.
with
newest_link as (
    select
        arg_max(url, row(expires_at, url)) as link_url,
        coalesce(arg_max(is_expiry_assumed, row(expires_at, url)), false) as is_expiry_assumed,
        count(*) as links_seen,
        list_reverse_sort(list(expires_at))[2] as earlier_link_expires_at
    from links
    where client_account_id = $client_account_id
),
last_read as (
    select max(read_at) as read_at
    from account_reads
    where client_account_id = $client_account_id
),
registration as (
    select any_value(registered_at) as registered_at, any_value(origin) as origin
    from registry
    where client_account_id = $client_account_id
),
last_event as (
    select arg_max({'reason_code': reason_code}, row(received_at, request_id, content_hash)).reason_code as reason_code
    from events
    where client_account_id = $client_account_id
)
select
    accounts_now.client_account_id,
    accounts_now.account_type,
    accounts_now.is_entity,
    accounts_now.display_name,
    accounts_now.bakkt_account_id,
    accounts_now.created_at,
    accounts_now.request_status,
    accounts_now.settlement_method,
    accounts_now.pending_updates,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.standing_undated,
    accounts_now.standing_cause,
    accounts_now.age_hours,
    accounts_now.due_at,
    accounts_now.hours_overdue,
    accounts_now.can_trade_crypto,
    accounts_now.link_state,
    newest_link.link_url,
    newest_link.links_seen,
    accounts_now.link_expires_at,
    newest_link.is_expiry_assumed,
    accounts_now.hours_left,
    case
        when accounts_now.standing = 'verification' and newest_link.earlier_link_expires_at > desk_now()
            then newest_link.earlier_link_expires_at
    end as earlier_link_expires_at,
    accounts_now.expirations_used,
    accounts_now.expirations_left,
    accounts_now.lost_link_requests,
    accounts_now.link_unseen_until,
    accounts_now.no_link_left_at,
    accounts_now.is_last_link,
    accounts_now.is_used_up,
    coalesce(trading_disagreements.is_restricted, false) as is_restricted_by_event,
    trading_disagreements.contradiction,
    accounts_now.last_event_at,
    last_event.reason_code,
    accounts_now.lacks_identity_document,
    last_read.read_at,
    registration.registered_at,
    registration.origin
from accounts_now
left join trading_disagreements using (client_account_id)
cross join newest_link
cross join last_read
cross join registration
cross join last_event
where accounts_now.client_account_id = $client_account_id;

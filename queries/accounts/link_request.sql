-- accounts/link_request(client_account_id)
-- What decides whether a link may be requested: one row, or none for an account without readings or events.
with
open_request as (
    select
        min(started_at) as open_started_at,
        arg_min(actor, started_at) as open_actor,
        arg_min(outcome, started_at) as open_outcome
    from actions_now
    where client_account_id = $client_account_id
        and kind = 'request_link'
        and closes_its_kind(outcome)
)
select
    accounts_now.client_account_id,
    accounts_now.standing,
    accounts_now.link_expires_at,
    accounts_now.expirations_used,
    accounts_now.expirations_left,
    accounts_now.lost_link_requests,
    accounts_now.link_unseen_until,
    accounts_now.no_link_left_at,
    open_request.open_started_at,
    open_request.open_actor,
    open_request.open_outcome
from accounts_now
cross join open_request
where accounts_now.client_account_id = $client_account_id;

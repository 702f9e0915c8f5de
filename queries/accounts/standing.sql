-- accounts/standing()
-- Where each account is: one row per account with a reading or an event.
select
    accounts_now.client_account_id,
    accounts_now.account_type,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.age_hours,
    accounts_now.due_at,
    accounts_now.can_trade_crypto,
    accounts_now.link_state,
    coalesce(trading_disagreements.is_restricted, false) as is_restricted_by_event,
    trading_disagreements.contradiction
from accounts_now
left join trading_disagreements using (client_account_id)
order by accounts_now.client_account_id;

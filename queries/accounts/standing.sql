-- accounts/standing()
-- Where each account is: one row per account with a reading or an event.
select
    client_account_id,
    account_type,
    display_name,
    standing,
    turn,
    standing_since,
    age_hours,
    due_at,
    can_trade_crypto,
    link_state,
    contradiction
from accounts_now
order by client_account_id;

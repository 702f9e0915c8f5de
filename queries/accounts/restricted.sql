-- accounts/restricted()
-- Accounts that an event restricts while canTradeCrypto is true, newest first: one row per account.
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.turn,
    accounts_now.standing_since,
    accounts_now.standing_cause,
    accounts_now.can_trade_crypto,
    accounts_now.last_event_at,
    trading_disagreements.read_at
from trading_disagreements
join accounts_now using (client_account_id)
where trading_disagreements.is_restricted
order by accounts_now.standing_since desc, accounts_now.client_account_id;

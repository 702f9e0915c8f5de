-- accounts/contradictions()
-- Accounts whose event and canTradeCrypto disagree, those read back since the event first: one row per account.
select
    accounts_now.client_account_id,
    accounts_now.display_name,
    accounts_now.standing,
    accounts_now.standing_since,
    accounts_now.can_trade_crypto,
    accounts_now.contradiction,
    accounts_now.last_event_at,
    account_reads.read_at,
    coalesce(account_reads.read_at > accounts_now.last_event_at, true) as is_read_since_event
from accounts_now
left join account_reads using (client_account_id)
where accounts_now.contradiction is not null
order by is_read_since_event desc, accounts_now.standing_since desc, accounts_now.client_account_id;

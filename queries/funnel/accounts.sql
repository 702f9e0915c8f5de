-- funnel/accounts()
-- Accounts that entered, the steps they ever reached and what tells them apart: one row per account.
select
    client_account_id,
    path,
    account_type,
    country,
    state,
    is_migrated,
    completed_link,
    standing,
    turn,
    entered_at,
    last_step,
    documented_hours,
    documented_undated,
    screened_hours,
    screened_undated,
    cleared_hours,
    cleared_undated,
    trading_hours,
    trading_undated
from funnel_accounts
order by entered_at, client_account_id;

-- funnel/accounts()
-- Accounts that entered, the steps they ever reached and what tells them apart: one row per account.
with
completions as (
    select client_account_id, min(ordinal) as completed_link
    from links
    where completed_at is not null
    group by client_account_id
)
select
    entered.client_account_id,
    entered.path,
    entered.account_type,
    entered.country,
    entered.state,
    entered.cleared_undated as is_migrated,
    completions.completed_link,
    entered.standing,
    entered.turn,
    entered.entered_at,
    entered.last_step,
    entered.documented_hours,
    entered.documented_undated,
    entered.screened_hours,
    entered.screened_undated,
    entered.cleared_hours,
    entered.cleared_undated,
    entered.trading_hours,
    entered.trading_undated
from funnel_entered as entered
left join completions using (client_account_id)
order by entered.entered_at, entered.client_account_id;

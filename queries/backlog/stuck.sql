-- backlog/stuck()
-- Accounts past due, longest first: one row per account.
select client_account_id, standing, turn, age_hours, due_at, hours_overdue
from accounts_now
where is_past_due
order by due_at, client_account_id;

-- kyb/turnaround()
-- How long KYB screens took and their result, newest first: one row per screen; hours is empty if not known.
select
    kyb_screens.client_account_id,
    accounts_now.display_name,
    kyb_screens.started_at,
    kyb_screens.started_by,
    kyb_screens.is_manual,
    kyb_screens.decided_at,
    kyb_screens.hours,
    kyb_screens.outcome,
    kyb_screens.ended_as
from kyb_screens
join accounts_now using (client_account_id)
order by kyb_screens.started_at desc, kyb_screens.client_account_id;

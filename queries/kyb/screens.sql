-- kyb/screens(client_account_id)
-- One account's KYB screens, newest first: one row per screen, with who started it, why, and its result.
select
    started_at,
    started_by,
    is_manual,
    reason,
    ended_at,
    ended_by,
    ended_as,
    ended_words,
    next_steps,
    decided_at,
    hours,
    outcome
from kyb_screens
where client_account_id = $client_account_id
order by started_at desc, is_manual;

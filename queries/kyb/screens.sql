-- kyb/screens(client_account_id)
-- One account's KYB screens, newest first: who started each, why, when it was decided and the result.
select
    started_at, started_by, is_manual, reason, ended_at, ended_by, ended_as, ended_words, decided_at,
    case when not is_undated then hours_between(started_at, decided_at) end as hours,
    outcome
from kyb_screens
where client_account_id = $client_account_id
order by started_at desc, is_manual;

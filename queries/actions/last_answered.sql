-- actions/last_answered(client_account_id, kind=null, slot=null)
-- The newest action of an account, kind and slot that reached Bakkt: one row, or none.
select action_id, outcome, answer_status, what, refusals, bakkt_words, note
from actions
where client_account_id = $client_account_id
    and kind = $kind::varchar
    and slot = coalesce($slot::varchar, '')
    and outcome not in ('not_sent', 'awaiting_second')
order by started_at desc, action_id
limit 1;

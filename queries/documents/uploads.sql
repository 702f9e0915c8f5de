-- documents/uploads(client_account_id)
-- Files uploaded from the workbench that may have reached Bakkt, with their hash: one row per upload not refused.
select
    slot,
    json_extract_string(what, '$.sha256') as sha256,
    json_extract_string(what, '$.client_document_id') as client_document_id,
    nullif(json_extract_string(what, '$.description'), 'in own words') as description,
    outcome,
    actor,
    started_at
from actions
where client_account_id = $client_account_id and kind = 'upload_document' and outcome in ('sent', 'accepted', 'unknown')
order by started_at desc, action_id;

-- accounts/payload(client_account_id)
-- Bakkt's latest answers for one account, as received: one row, or none.
with
newest as (
    select arg_max(
        {'account_json': account_json, 'status_json': status_json, 'documents_json': documents_json},
        started_at
    ) as answers
    from readings
    where client_account_id = $client_account_id
)
select newest.answers.account_json, newest.answers.status_json, newest.answers.documents_json, accounts.read_at
from newest
cross join accounts
where accounts.client_account_id = $client_account_id and accounts.read_at is not null;

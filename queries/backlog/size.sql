-- backlog/size(view, turn=null, standing=null, account_type=null, country=null, segment=null, days=30, client_account_id=null)
-- How many accounts are in one view of the page Backlog, with these filters: one row.
select count(*) as accounts
from backlog_filtered(
    $view, $days::integer, $turn::varchar, $standing::varchar, $account_type::varchar, $country::varchar,
    $segment::varchar
)
where is_wanted(client_account_id, $client_account_id::varchar);

-- Where the first owner of an account lives, so that accounts can be told apart by it.
alter table accounts add column country varchar;
alter table accounts add column state varchar;
update accounts
set country = known.residence.country, state = known.residence.state
from (
    select
        client_account_id,
        arg_max(
            {
                'country': json_extract_string(account_json, '$.request.owners[0].identity.personalAddress.country'),
                'state': json_extract_string(account_json, '$.request.owners[0].identity.personalAddress.state')
            },
            (started_at, content_hash)
        ) as residence
    from readings
    group by client_account_id
) as known
where known.client_account_id = accounts.client_account_id;
-- Macros that views no longer use.
drop macro table if exists funnel_cohort;
drop macro if exists funnel_counts;
drop macro if exists funnel_times;
drop macro if exists hours_within;
drop macro if exists hours_of_way;
drop macro if exists hours_had;

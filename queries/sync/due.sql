-- sync/due(everything=false, final_after_hours=168)
-- Accounts that a run reads, in order: never read first, then the longest unread; one row per account.
with
failing as (
    select client_account_id, max(failed_at) as failed_at
    from sync_failures
    group by client_account_id
),
stale as (
    select accounts.client_account_id, accounts.read_at
    from accounts
    left join failing using (client_account_id)
    where accounts.read_at is not null
        and (
            $everything::boolean
            or is_open(accounts.standing)
            or accounts.last_event_at > accounts.read_at
            or failing.failed_at > accounts.read_at
            or accounts.has_undated_documents
            or accounts.read_at < (select max(found_at) from losses)
            or accounts.read_at <= desk_now() - to_microseconds((3600000000 * $final_after_hours::double)::bigint)
        )
),
-- Whoever was read is registered, or was taken out: a reading is landed after its id.
wanted as (
    select client_account_id, null as read_at
    from registry
    where not is_read
    union all
    select client_account_id, read_at
    from stale
)
select client_account_id
from wanted
anti join taken_out using (client_account_id)
order by read_at nulls first, client_account_id;

-- data/losses()
-- What harmed files lost, until it is dismissed or all is there again, latest first: one row per loss.
with
open_losses as (
    select
        found_at,
        harmed,
        set_aside,
        since,
        until,
        coalesce(events_missing, 0) as events_missing,
        coalesce(actions_missing, 0) as actions_missing,
        coalesce(rulings_missing, 0) as rulings_missing,
        coalesce(drafts_missing, 0) as drafts_missing,
        coalesce(accounts_missing, 0) as accounts_missing
    from losses
    where dismissed_at is null
)
select
    found_at,
    harmed,
    set_aside,
    since,
    until,
    events_missing,
    actions_missing,
    rulings_missing,
    drafts_missing,
    accounts_missing,
    (select count(*) from registry where not is_read)
    + (select count(*) from account_reads where read_at < found_at) as accounts_to_read
from open_losses
where events_missing + actions_missing + rulings_missing + drafts_missing + accounts_missing + accounts_to_read > 0
order by found_at desc, harmed;

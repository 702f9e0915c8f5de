-- backlog/counts()
-- How much is in each view of the page Backlog, with the next moment at which time alone changes that: one row.
with
every as (
    select count(*) as accounts_total, max(last_event_at) as last_event_at
    from accounts
    where not is_taken_out
),
open_accounts as (
    select
        count(*) filter (where in_open) as open,
        count(*) filter (where in_late) as late,
        count(*) filter (where in_late_us) as late_us,
        count(*) filter (where in_late_bakkt) as late_bakkt,
        count(*) filter (where in_late_customer) as late_customer,
        count(*) filter (where in_due) as due,
        count(*) filter (where in_last) as last,
        count(*) filter (where in_last and in_expiring) as last_expiring,
        count(*) filter (where in_expiring) as expiring,
        count(*) filter (where in_live) as live,
        count(*) filter (where in_expired) as expired,
        count(*) filter (where in_no_link) as no_link,
        count(*) filter (where in_out_of_links) as out_of_links,
        count(*) filter (where in_verification) as verification,
        count(*) filter (where in_kyb_ready) as kyb_ready,
        count(*) filter (where in_kyb_documents) as kyb_documents,
        count(*) filter (where in_kyb_screening) as kyb_screening,
        count(*) filter (where in_unrecognised) as unrecognised,
        min(link_expires_at) filter (where in_live) as next_expiry_at,
        min(due_at) filter (where due_at > desk_now()) as next_due_at
    from backlog_accounts
    where in_open
),
lacking as (
    select count(*) as missing
    from accounts
    where not is_taken_out and is_missing_data(standing, fields_missing)
),
without_identity as (
    select count(*) as identity
    from accounts
    where not is_taken_out and is_missing_identity(standing, lacks_identity_document)
),
ending as (
    select count(*) as documents
    from accounts
    where not is_taken_out and has_documents_ending(standing, document_expires_at, 30)
),
disagreeing as (
    select
        count(contradiction) as contradictions,
        count(*) filter (where is_restricted) as restricted
    from trading_disagreements
),
sent as (
    select
        count(*) filter (where is_unsettled(outcome)) as unsettled,
        count(*) filter (where outcome = 'rejected_later' and seen_at is null) as rejected_later,
        count(*) filter (where outcome = 'awaiting_second') as awaiting_second,
        min(lapses_at) filter (where outcome = 'awaiting_second') as next_lapse_at
    from actions_now
)
select
    open_accounts.open,
    open_accounts.late,
    open_accounts.late_us,
    open_accounts.late_bakkt,
    open_accounts.late_customer,
    open_accounts.due,
    open_accounts.last,
    open_accounts.last_expiring,
    open_accounts.expiring,
    open_accounts.live,
    open_accounts.expired,
    open_accounts.no_link,
    open_accounts.out_of_links,
    open_accounts.verification,
    open_accounts.kyb_ready,
    open_accounts.kyb_documents,
    open_accounts.kyb_screening,
    ending.documents,
    without_identity.identity,
    lacking.missing,
    disagreeing.contradictions,
    disagreeing.restricted,
    sent.rejected_later,
    open_accounts.unrecognised,
    sent.unsettled,
    sent.awaiting_second,
    open_accounts.next_expiry_at,
    open_accounts.next_due_at,
    sent.next_lapse_at,
    every.accounts_total,
    every.last_event_at
from open_accounts  -- one row each, so by position: cross joins take longer to plan
positional join every
positional join lacking
positional join without_identity
positional join ending
positional join disagreeing
positional join sent;

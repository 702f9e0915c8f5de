-- accounts/timeline(client_account_id)
-- One account's history, newest first: one row per event, reading, action, document, KYB record and standing.
with
told as (
    select
        'event' as kind,
        received_at as happened_at,
        party_status as title,
        reason_code as detail,
        'link expires ' || strftime(verification_expires_at, '%Y-%m-%d %H:%M') || ' UTC' as outcome,
        request_id as reference,
        [request_id, content_hash] as place
    from events
    where client_account_id = $client_account_id
),
seen as (
    select
        'reading' as kind,
        started_at as happened_at,
        request_status as title,
        case when can_trade_crypto then 'can trade' else 'cannot trade' end as detail,
        null::varchar as outcome,
        null::varchar as reference,
        [content_hash] as place
    from readings
    where client_account_id = $client_account_id
),
done as (
    select
        'action' as kind,
        started_at as happened_at,
        kind as title,
        concat_ws(': ', 'by ' || actor, nullif(reason, '')) as detail,
        outcome,
        action_id as reference,
        [action_id] as place
    from actions
    where client_account_id = $client_account_id
),
ruled as (
    select
        'kyb' as kind,
        ruled_at as happened_at,
        case
            when is_taken_back then 'taken_back'
            when client_document_id is null then 'waived'
            else 'document_counted'
        end as title,
        concat_ws(': ', 'by ' || ruled_by, nullif(reason, '')) as detail,
        concat_ws(' ', requirement, client_owner_id) as outcome,
        client_document_id as reference,
        [is_taken_back::varchar, requirement, client_owner_id, client_document_id] as place
    from kyb_rulings
    where client_account_id = $client_account_id
),
begun as (
    select
        'kyb' as kind,
        started_at as happened_at,
        'manual_started' as title,
        concat_ws(': ', 'by ' || recorded_by, nullif(reason, '')) as detail,
        null::varchar as outcome,
        null::varchar as reference,
        [recorded_by, reason] as place
    from kyb_starts
    where client_account_id = $client_account_id and is_manual
),
ended as (
    select
        'kyb' as kind,
        ended_at as happened_at,
        'manual_ended' as title,
        concat_ws(': ', 'by ' || ended_by, nullif(words, '')) as detail,
        ended_as as outcome,
        null::varchar as reference,
        [ended_by, words] as place
    from kyb_ends
    where client_account_id = $client_account_id
),
filed as (
    select
        'document' as kind,
        coalesce(created_at, first_seen_at) as happened_at,
        document_type as title,
        nullif(concat_ws(', ', document_side, client_owner_id, nullif(description, '')), '') as detail,
        null::varchar as outcome,
        client_document_id as reference,
        [client_document_id] as place
    from documents
    where client_account_id = $client_account_id
),
entered as (
    select
        'standing' as kind,
        entered_at as happened_at,
        standing as title,
        cause as detail,
        case when undated then 'began before' end as outcome,
        null::varchar as reference,
        [lpad(ordinal::varchar, 9, '0')] as place
    from journey
    where client_account_id = $client_account_id
),
everything as (
    select happened_at, kind, title, detail, outcome, reference, place from told
    union all
    select happened_at, kind, title, detail, outcome, reference, place from seen
    union all
    select happened_at, kind, title, detail, outcome, reference, place from done
    union all
    select happened_at, kind, title, detail, outcome, reference, place from ruled
    union all
    select happened_at, kind, title, detail, outcome, reference, place from begun
    union all
    select happened_at, kind, title, detail, outcome, reference, place from ended
    union all
    select happened_at, kind, title, detail, outcome, reference, place from filed
    union all
    select happened_at, kind, title, detail, outcome, reference, place from entered
)
select happened_at, kind, title, detail, outcome, reference
from everything
order by happened_at desc, kind = 'standing' desc, kind, place desc;

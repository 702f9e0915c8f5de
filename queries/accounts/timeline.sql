-- accounts/timeline(client_account_id)
-- One account's history, newest first: one row per event, reading, action, document, KYB record and standing.
with
everything as (
    select
        'event' as kind,
        received_at as happened_at,
        party_status as title,
        reason_code as detail,
        case
            when verification_expires_at is not null
                then 'link expires ' || strftime(verification_expires_at, '%Y-%m-%d %H:%M') || ' UTC'
            when verification_url is not null then 'link without an expiry that can be read'
        end as outcome,
        request_id as reference,
        [request_id, content_hash] as sort_key
    from events
    where client_account_id = $client_account_id
    union all
    select
        'reading' as kind,
        started_at as happened_at,
        request_status as title,
        case when can_trade_crypto then 'can trade' else 'cannot trade' end as detail,
        null::varchar as outcome,
        null::varchar as reference,
        [content_hash] as sort_key
    from readings
    where client_account_id = $client_account_id
    union all
    select
        'action' as kind,
        started_at as happened_at,
        kind as title,
        concat_ws(
            ': ',
            'by ' || actor || coalesce(
                case waiting_ended_as when 'confirmed' then ' and ' when 'declined' then ', declined by ' end || second_actor,
                ''
            ),
            nullif(reason, '')
        ) as detail,
        case
            when waiting_ended_as in ('declined', 'withdrawn', 'lapsed') then waiting_ended_as
            else outcome
        end as outcome,
        action_id as reference,
        [action_id] as sort_key
    from actions_now
    where client_account_id = $client_account_id
    union all
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
        [is_taken_back::varchar, requirement, client_owner_id, client_document_id] as sort_key
    from kyb_rulings
    where client_account_id = $client_account_id
    union all
    select
        'kyb' as kind,
        started_at as happened_at,
        'manual_started' as title,
        concat_ws(': ', 'by ' || recorded_by, nullif(reason, '')) as detail,
        null::varchar as outcome,
        null::varchar as reference,
        [recorded_by, reason] as sort_key
    from kyb_starts
    where client_account_id = $client_account_id and is_manual
    union all
    select
        'kyb' as kind,
        ended_at as happened_at,
        'manual_ended' as title,
        concat_ws(': ', 'by ' || ended_by, nullif(words, '')) as detail,
        ended_as as outcome,
        null::varchar as reference,
        [ended_by, words] as sort_key
    from kyb_ends
    where client_account_id = $client_account_id
    union all
    select
        'document' as kind,
        coalesce(created_at, first_seen_at) as happened_at,
        document_type as title,
        nullif(concat_ws(', ', document_side, client_owner_id, nullif(description, '')), '') as detail,
        null::varchar as outcome,
        client_document_id as reference,
        [client_document_id] as sort_key
    from documents
    where client_account_id = $client_account_id
    union all
    select
        'standing' as kind,
        entered_at as happened_at,
        standing as title,
        cause as detail,
        case when undated then 'began before' end as outcome,
        null::varchar as reference,
        [lpad(ordinal::varchar, 9, '0')] as sort_key
    from journey
    where client_account_id = $client_account_id
)
select happened_at, kind, title, detail, outcome, reference
from everything
order by happened_at desc, kind = 'standing' desc, kind, sort_key desc;

create or replace macro desk_now() as make_timestamp(epoch_us(now()));

create or replace macro microseconds_between(earlier, later) as epoch_us(later) - epoch_us(earlier);

create or replace macro hours_between(earlier, later) as microseconds_between(earlier, later) / 3600000000.0;

-- A condition that no scan tests by itself, for rows that may be asked for by account: DuckDB uses an index only if the
-- scan has no other condition of one column, else it reads the table. Not where a scan of all would drop many rows by it.
create or replace macro after_scan(client_account_id, condition) as
    case when client_account_id is null then false else condition end;

-- An hour of the desk's Bakkt: in practice mode it is shorter than a real hour.
create or replace macro hour_us_at(speed) as coalesce(3600000000 / speed, 3600000000)::bigint;

create or replace macro desk_hour_us() as (select hour_us_at(max(speed)) from desk_settings);

create or replace macro desk_hours(hours) as hours * desk_hour_us() / 3600000000.0;

create or replace macro desk_hour_of(moment) as make_timestamp(epoch_us(moment) // desk_hour_us() * desk_hour_us());

create or replace macro whole_hours(earlier, later, hour_us) as
    (microseconds_between(earlier, later) // hour_us)::integer;

create or replace macro whole_hours_between(earlier, later) as whole_hours(earlier, later, desk_hour_us());

-- The digits of a folded term that looks like a phone number, without leading zeros; else ''.
create or replace macro phone_digits(term) as case
    when regexp_matches(term, '^[+‧\s0-9]{6,}$') then ltrim(regexp_replace(term, '[^0-9]', '', 'g'), '0')
    else ''
end;

create or replace macro longest_word(words) as
    list_reverse_sort(list_transform(string_split(words, ' '), lambda word: {'size': len(word), 'word': word}))[1].word;

-- Whether the text contains the word, whose parts (‧) are written as one word or as several.
create or replace macro contains_word(text, word) as
    contains(text, replace(word, '‧', '')) or (contains(word, '‧') and contains(text, replace(word, '‧', ' ')));

-- Whether the text contains all words. The longest is tested first, as it rules out the most texts.
create or replace macro contains_words(text, words) as
    contains_word(text, longest_word(words))
    and (
        not contains(words, ' ')
        or len(list_filter(string_split(words, ' '), lambda word: not contains_word(text, word))) = 0
    );

-- Whether a search text matches the term: it has all the words, or the digits of what looks like a phone number.
create or replace macro is_found_by(text, term) as
    contains_words(text, term) or (phone_digits(term) <> '' and contains(text, phone_digits(term)));

-- A search text without e-mail addresses and phone numbers, for whoever may not see them: a hit would tell them part by
-- part.
create or replace macro text_without_contact(text) as regexp_replace(text, '[\x05\x06][^\x1f]*', '', 'g');

create or replace macro searched_fields(text, contact) as list_filter(
    string_split(case when contact then text else text_without_contact(text) end, chr(31)), lambda field: field <> ''
);

-- What a field of an account's search text is, by the sign that it begins with.
create or replace macro field_name(sign) as case sign
    when 1 then 'account_id'
    when 2 then 'name'
    when 3 then 'business'
    when 4 then 'owner'
    when 5 then 'email'
    when 6 then 'phone'
    when 7 then 'owner_id'
    when 8 then 'bakkt_account_id'
    when 14 then 'document'
end;

-- The domain's constants: how many links of an account may expire, and how long one works, in hours of the desk's
-- Bakkt.
create or replace macro links_allowed() as (select max(links_allowed) from desk_settings);

create or replace macro link_life_hours() as (select max(link_life_hours) from desk_settings);

-- What the newest reading shows of accounts, taken from their rows: when each was last read whole, who the owners are,
-- what new accounts require and these lack, and the KYB checklist without what people ruled.
create or replace view account_reads as
select client_account_id, read_at
from accounts
where read_at is not null;

create or replace view owners as
select client_account_id, unnest(owners, recursive := true)
from accounts;

create or replace view missing_fields as
select client_account_id, generate_subscripts(missing_fields, 1) - 1 as ordinal, unnest(missing_fields) as field
from accounts
where fields_missing > 0;

-- Missing fields with the numbers of owners left out, each once: owners[0].phoneNumber is owners[].phoneNumber.
create or replace macro of_all_owners(fields) as
    list_distinct(list_transform(fields, lambda field: regexp_replace(field, '\[\d+\]', '[]', 'g')));

create or replace view requirements as
select
    client_account_id,
    generate_subscripts(requirements, 1) - 1 as ordinal,
    unnest(requirements, recursive := true)
from accounts
where is_entity;

-- Ids that are out of the registry now: one row per id. Their facts stay, and no list or figure counts them. The column
-- accounts.is_taken_out says the same on an account's row: use it where accounts is read, this view elsewhere.
create or replace view taken_out as
select client_account_id, changed_at as taken_out_at, changed_by as taken_out_by, reason
from (
    select
        client_account_id,
        max(change_number) as change_number,
        arg_max(is_taken_out, change_number) as is_taken_out,
        arg_max(changed_at, change_number) as changed_at,
        arg_max(changed_by, change_number) as changed_by,
        arg_max(reason, change_number) as reason
    from registry_changes
    group by client_account_id
)
where is_taken_out;

-- The ids that are registered now: one row per id.
create or replace view registered as
select client_account_id, origin, registered_at
from registry
anti join taken_out using (client_account_id);

-- Which imports have named a registered id, without those that were taken back: one row per id and import. Of imports
-- that name an id again, the first is noted. is_added_elsewhere: the id came by an event or by opening the account.
create or replace view named_by_imports as
with
added_again as (
    select client_account_id, arg_max(import_id, change_number) as import_id
    from registry_changes
    where not is_taken_out
    group by client_account_id
),
last_added as (
    select client_account_id, coalesce(added_again.import_id, registry.import_id) as import_id
    from registry
    left join added_again using (client_account_id)
),
named as (
    select client_account_id, import_id, false as is_added_elsewhere
    from last_added
    where import_id is not null
    union all
    select registry.client_account_id, registry.next_import_id, last_added.import_id is null
    from registry
    join last_added using (client_account_id)
    where registry.next_import_id is not null
)
select named.client_account_id, named.import_id, named.is_added_elsewhere
from named
semi join registered using (client_account_id)
anti join (select import_id from imports where taken_back_at is not null) using (import_id);

-- Registered ids that one import has named and nothing else, neither another import nor an event of Bakkt's: one row
-- per id. Taking the import back takes these out.
create or replace view added_alone as
select client_account_id, any_value(import_id) as import_id
from named_by_imports
anti join events using (client_account_id)
group by client_account_id
having count(*) = 1 and not bool_or(is_added_elsewhere);

-- Whether an account's data, documents and standing may still change. An empty text is no standing: the journey has it
-- before an opening.
create or replace macro may_change(standing) as
    standing not in ('closed', 'rejected', 'liquidated', '');

-- Written so that a scan drops the many active accounts with its cheapest test.
create or replace macro is_open(standing) as
    standing <> 'active' and may_change(standing);

-- Whether an action has no answer, or its answer was lost.
create or replace macro is_unsettled(outcome) as
    outcome in ('sent', 'unknown');

-- Whether an action closes its kind (and slot) on its account: without an outcome, or waiting for a second person.
create or replace macro closes_its_kind(outcome) as
    outcome = 'awaiting_second' or is_unsettled(outcome);

-- Whether an action that waited for a second person has lapsed and is not written so yet.
create or replace macro has_lapsed(outcome, lapses_at) as
    outcome = 'awaiting_second' and lapses_at <= desk_now();

-- Actions as of now: one that waits for a second person was not sent once it lapses. One row per action.
create or replace view actions_now as
select
    action_id,
    kind,
    client_account_id,
    slot,
    actor,
    what,
    reason,
    confirm_key,
    changed_fields,
    started_at,
    case when has_lapsed(actions.outcome, lapses_at) then lapses_at else actions.finished_at end as finished_at,
    case when has_lapsed(actions.outcome, lapses_at) then 'not_sent' else actions.outcome end as outcome,
    bakkt_words,
    refusals,
    note,
    settled_at,
    settled_by,
    settled_words,
    answer_status,
    link_unseen_until,
    no_link_left,
    pending_ids,
    seen_at,
    seen_by,
    asked_at,
    asked_by_subject,
    lapses_at,
    lapse_reason,
    case
        when has_lapsed(actions.outcome, lapses_at) then 'lapsed'
        else actions.waiting_ended_as
    end as waiting_ended_as,
    case
        when has_lapsed(actions.outcome, lapses_at) then lapses_at
        else actions.waiting_ended_at
    end as waiting_ended_at,
    second_actor,
    second_subject,
    second_reason
from actions;

-- The clock's part in an account's row: whose turn it is, how many of its links have expired, what its link is now
-- (null outside of verification), and how many more links may expire.
create or replace macro turn_now(turn, changes_at, turn_after) as
    case when changes_at <= desk_now() then turn_after else turn end;

create or replace macro expirations_now(first_expiry_at, second_expiry_at, third_expiry_at) as
    coalesce((first_expiry_at <= desk_now())::integer, 0)
    + coalesce((second_expiry_at <= desk_now())::integer, 0)
    + coalesce((third_expiry_at <= desk_now())::integer, 0);

create or replace macro link_state_now(standing, expires_at, unseen_until, warning_hours) as case
    when standing <> 'verification' then null
    when unseen_until > desk_now() and coalesce(expires_at <= desk_now(), true) then 'unknown'
    when expires_at is null then 'unknown'
    when expires_at <= desk_now() then 'expired'
    when hours_between(desk_now(), expires_at) < warning_hours then 'expiring'
    else 'live'
end;

create or replace macro expirations_left(links_allowed, expirations_used, lost_link_requests) as
    greatest(0, links_allowed - expirations_used - coalesce(lost_link_requests, 0))::integer;

create or replace macro is_last_link(link_state, expirations_left) as
    coalesce(link_state in ('live', 'expiring') and expirations_left = 1, false);

create or replace macro unseen_link(link_state, unseen_until) as
    case when link_state = 'unknown' and unseen_until > desk_now() then unseen_until end;

-- One row per account with everything that depends on the current time. is_past_due, is_due_soon: DESK.md, "Age, due,
-- stuck"; is_last_link, is_used_up: DESK.md, "Links"; needs_new_link: it expired and another may be sent.
create or replace view accounts_now as
with
current as (
    select
        accounts.*,
        desk_settings.links_allowed,
        desk_settings.due_soon_hours * hour_us_at(desk_settings.speed) / 3600000000.0 as due_soon_hours,
        link_state_now(
            accounts.standing, accounts.link_expires_at, accounts.link_unseen_until, desk_settings.link_warning_hours
        ) as link_state,
        expirations_now(
            accounts.first_expiry_at, accounts.second_expiry_at, accounts.third_expiry_at
        ) as expirations_used,
        expirations_left(
            desk_settings.links_allowed, expirations_used, accounts.lost_link_requests
        ) as expirations_left
    from accounts
    cross join desk_settings
    where after_scan(accounts.client_account_id, not accounts.is_taken_out)
)
select
    client_account_id,
    account_type,
    coalesce(is_entity, false) as is_entity,
    display_name,
    country,
    state,
    bakkt_account_id,
    created_at,
    request_status,
    can_trade_crypto,
    settlement_method,
    pending_updates,
    standing,
    standing_since,
    standing_undated,
    standing_cause,
    hours_between(standing_since, desk_now()) as age_hours,
    due_at,
    hours_between(due_at, desk_now()) as hours_overdue,
    coalesce(due_at < desk_now(), false) as is_past_due,
    coalesce(
        due_at >= desk_now() and hours_between(desk_now(), due_at) < due_soon_hours, false
    ) as is_due_soon,
    standing in ('active', 'rejected', 'liquidated', 'closed') as is_final,
    is_open(standing) as is_open,
    turn_now(turn, turn_changes_at, turn_after) as turn,
    link_state,
    link_expires_at,
    hours_between(desk_now(), link_expires_at) as hours_left,
    expirations_used,
    coalesce(lost_link_requests, 0) as lost_link_requests,
    expirations_left,
    unseen_link(link_state, link_unseen_until) as link_unseen_until,
    no_link_left_at,
    is_last_link(link_state, expirations_left) as is_last_link,
    coalesce(link_state = 'expired' and expirations_left > 0, false) as needs_new_link,
    coalesce(expirations_used = links_allowed, false) as is_used_up,
    case when expirations_used = links_allowed then third_expiry_at end as used_up_at,
    last_event_at,
    document_expires_at,
    kyb_ready_through,
    coalesce(lacks_identity_document, false) as lacks_identity_document,
    coalesce(fields_missing, 0) as fields_missing,
    opened_at,
    documented_at,
    documented_undated,
    screened_at,
    screened_undated,
    cleared_at,
    cleared_undated,
    trading_at,
    trading_undated,
    verification_at,
    completed_link,
    search_text
from current;

-- The lists of verification/backlog that an account in verification is on.
create or replace macro link_lists(link_state, is_last_link, needs_new_link, is_used_up) as list_filter(
    [
        'all',
        case when link_state in ('live', 'expiring') then 'live' end,
        case when link_state = 'expiring' then 'expiring' end,
        case when is_last_link then 'last' end,
        case when needs_new_link then 'expired' end,
        case when link_state = 'unknown' then 'unknown' end,
        case when is_used_up then 'used_up' end
    ],
    lambda list: list is not null
);

-- Whether an account's latest event and canTradeCrypto, read after it, disagree. is_restricted: the event restricts it
-- and the status call does not show that (accounts-guide, "Retrieving Account Information"). contradiction: no rule of
-- Bakkt's explains it, as it was read an hour or more after the event (DESK.md, "Standing").
create or replace macro is_restricted(can_trade_crypto, standing, read_at, last_event_at) as
    standing <> 'active'
    and can_trade_crypto
    and standing in ('verification', 'rejected', 'suspended', 'under_review', 'liquidated', 'closed')
    and read_at > last_event_at;

create or replace macro is_contradicted(can_trade_crypto, standing, read_at, last_event_at, hour_us) as
    not can_trade_crypto and standing = 'active' and microseconds_between(last_event_at, read_at) >= hour_us;

create or replace macro contradiction(can_trade_crypto, standing, read_at, last_event_at, hour_us) as case
    when is_contradicted(can_trade_crypto, standing, read_at, last_event_at, hour_us)
        then 'active by event, but cannot trade'
end;

-- Accounts of which the two disagree: one row per account. Each kind is looked for by itself, so that a scan drops the many
-- that agree.
create or replace view trading_disagreements as
select client_account_id, true as is_restricted, null::varchar as contradiction, read_at
from accounts
where not is_taken_out and is_restricted(can_trade_crypto, standing, read_at, last_event_at)
union all
select
    accounts.client_account_id,
    false as is_restricted,
    contradiction(
        accounts.can_trade_crypto, accounts.standing, accounts.read_at, accounts.last_event_at,
        hour_us_at(desk_settings.speed)
    ) as contradiction,
    accounts.read_at
from accounts
cross join desk_settings
where not accounts.is_taken_out
    and is_contradicted(
        accounts.can_trade_crypto, accounts.standing, accounts.read_at, accounts.last_event_at,
        hour_us_at(desk_settings.speed)
    );

create or replace macro is_entity_path(path) as case path
    when 'individual' then false
    when 'entity' then true
    else error('path is individual or entity')
end;

create or replace macro path_named(path) as case when is_entity_path(path) then 'entity' else 'individual' end;

create or replace macro path_steps(path) as table
with
names as (
    select case
        when is_entity_path(path) then ['opened', 'documented', 'screened', 'cleared', 'trading']
        else ['opened', 'screened', 'cleared', 'trading']
    end as steps
)
select generate_subscripts(steps, 1) as ordinal, unnest(steps) as step
from names;

create or replace macro total_where(accounts, condition) as coalesce(sum(accounts) filter (where condition), 0)::bigint;

-- The value that belongs to the given step.
create or replace macro of_step(step, opened, documented, screened, cleared, trading) as case step
    when 'opened' then opened
    when 'documented' then documented
    when 'screened' then screened
    when 'cleared' then cleared
    when 'trading' then trading
end;

create or replace macro days_of_window(window_days) as coalesce(window_days, 36500)::integer;

create or replace macro is_within(undated, hours, window_days) as
    coalesce(undated or hours <= 24 * days_of_window(window_days), false);

-- A duration in hours, rounded up to the minute within the first hour of the desk's Bakkt and to the hour after it: the
-- whole hours that it fits into stay the same, and few values are left.
create or replace macro hours_rounded_up(microseconds, hour_us) as (
    case
        when microseconds <= hour_us then (60 * microseconds + hour_us - 1) // hour_us / 60.0
        else (microseconds + hour_us - 1) // hour_us
    end * hour_us / 3600000000.0
);

-- Whether an account is in a segment; every account is, if none is asked for.
create or replace macro is_in_segment(client_account_id, asked_segment) as
    asked_segment is null
    or client_account_id in (
        select members.client_account_id
        from segment_accounts as members
        where members.segment_id = asked_segment
    );

-- Accounts that entered and the steps that they ever reached: one row per account. Steps are nested: one counts only if
-- all before it do. <step>_hours: from entry to the step, rounded up, if it was reached at a known time.
create or replace view funnel_entered as
with
setting as (
    select desk_hour_us() as hour_us
),
entered as (
    select
        accounts_now.*,
        setting.hour_us,
        is_entity and documented_at is not null as is_documented,
        (is_documented or not is_entity) and screened_at is not null as is_screened,
        is_screened and cleared_at is not null as is_cleared,
        is_cleared and trading_at is not null as is_trading
    from accounts_now
    cross join setting
    where opened_at is not null
)
select
    client_account_id,
    case when is_entity then 'entity' else 'individual' end as path,
    account_type,
    country,
    state,
    standing,
    turn,
    completed_link,
    opened_at as entered_at,
    case
        when is_trading then 'trading'
        when is_cleared then 'cleared'
        when is_screened then 'screened'
        when is_documented then 'documented'
        else 'opened'
    end as last_step,
    case when is_documented then documented_at end as documented_at,
    case when is_screened then screened_at end as screened_at,
    case when is_cleared then cleared_at end as cleared_at,
    case when is_trading then trading_at end as trading_at,
    is_documented and documented_undated as documented_undated,
    is_screened and screened_undated as screened_undated,
    is_cleared and cleared_undated as cleared_undated,
    is_trading and trading_undated as trading_undated,
    case
        when is_documented and not documented_undated
            then hours_rounded_up(microseconds_between(opened_at, documented_at), hour_us)
    end as documented_hours,
    case
        when is_screened and not screened_undated
            then hours_rounded_up(microseconds_between(opened_at, screened_at), hour_us)
    end as screened_hours,
    case
        when is_cleared and not cleared_undated
            then hours_rounded_up(microseconds_between(opened_at, cleared_at), hour_us)
    end as cleared_hours,
    case
        when is_trading and not trading_undated
            then hours_rounded_up(microseconds_between(opened_at, trading_at), hour_us)
    end as trading_hours
from entered;

-- How long accounts that entered then have had: in whole days, or 1 for an hour at least.
create or replace macro hours_had_since(entered_at) as case
    when entered_at <= desk_now() - interval 1 day
        then microseconds_between(entered_at, desk_now()) // 86400000000 * 24
    when entered_at <= desk_now() - interval 1 hour then 1
    else 0
end::integer;

-- Accounts of the funnel with what tells them apart: one row per account. is_migrated: they were cleared before they were
-- first read; completed_link: the ordinal of the first link that they completed.
create or replace view funnel_accounts as
select
    entered.client_account_id,
    entered.path,
    entered.account_type,
    entered.country,
    entered.state,
    entered.standing,
    entered.turn,
    entered.entered_at,
    entered.last_step,
    entered.documented_undated,
    entered.screened_undated,
    entered.cleared_undated,
    entered.trading_undated,
    entered.documented_hours,
    entered.screened_hours,
    entered.cleared_hours,
    entered.trading_hours,
    entered.cleared_undated as is_migrated,
    entered.completed_link
from funnel_entered as entered;

-- What an account is by one of its properties; null if that is not known.
create or replace macro property_of(
    name, account_type, country, state, entered_at, is_migrated, completed_link
) as case name
    when 'account_type' then account_type
    when 'country' then country
    when 'state' then country || '-' || state
    when 'entry_month' then strftime(entered_at, '%Y-%m')
    when 'migrated' then case when is_migrated then 'migrated' else 'new' end
    when 'completed_link' then case completed_link
        when 1 then '1'  -- spelled out, as a cast takes three times as long
        when 2 then '2'
        when 3 then '3'
        else coalesce(completed_link::varchar, 'none')
    end
end;

-- How many accounts of the segment (null = any) reached each step, and in how long: one row per path, value of the
-- property asked_by (null if there is none), step, day of entry and time taken. hours_had: how long they have had, in whole
-- days, or 1 for an hour at least; within_hours: the longest hours of this step and those before it; standing, turn: of
-- accounts that were never cleared, with the last step they reached.
create or replace macro funnel_reached_by(asked_by, asked_segment) as table
with
ways as materialized (
    select
        path,
        property_of(asked_by, account_type, country, state, entered_at, is_migrated, completed_link) as value,
        entered_at::date as entered_on,
        hours_had_since(entered_at) as hours_had,
        last_step,
        standing,
        turn,
        documented_undated,
        screened_undated,
        cleared_undated,
        trading_undated,
        documented_hours::float as documented_hours,
        screened_hours::float as screened_hours,
        cleared_hours::float as cleared_hours,
        trading_hours::float as trading_hours,
        count(*) as accounts
    from funnel_accounts
    where is_in_segment(client_account_id, asked_segment)
    group by all
),
reached as (
    select
        path,
        value,
        1 as ordinal,
        'opened' as step,
        entered_on,
        hours_had,
        false as undated,
        0.0::float as hours,
        0.0::float as within_hours,
        case when last_step = 'opened' then standing end as standing,
        case when last_step = 'opened' then turn end as turn,
        accounts
    from ways
    union all
    select
        path,
        value,
        2 as ordinal,
        'documented' as step,
        entered_on,
        hours_had,
        documented_undated as undated,
        documented_hours as hours,
        greatest(0, documented_hours) as within_hours,
        case when last_step = 'documented' then standing end as standing,
        case when last_step = 'documented' then turn end as turn,
        accounts
    from ways
    where documented_undated or documented_hours is not null
    union all
    select
        path,
        value,
        case path when 'entity' then 3 else 2 end as ordinal,
        'screened' as step,
        entered_on,
        hours_had,
        screened_undated as undated,
        screened_hours as hours,
        greatest(0, documented_hours, screened_hours) as within_hours,
        case when last_step = 'screened' then standing end as standing,
        case when last_step = 'screened' then turn end as turn,
        accounts
    from ways
    where screened_undated or screened_hours is not null
    union all
    select
        path,
        value,
        case path when 'entity' then 4 else 3 end as ordinal,
        'cleared' as step,
        entered_on,
        hours_had,
        cleared_undated as undated,
        cleared_hours as hours,
        greatest(0, documented_hours, screened_hours, cleared_hours) as within_hours,
        null as standing,
        null as turn,
        accounts
    from ways
    where cleared_undated or cleared_hours is not null
    union all
    select
        path,
        value,
        case path when 'entity' then 5 else 4 end as ordinal,
        'trading' as step,
        entered_on,
        hours_had,
        trading_undated as undated,
        trading_hours as hours,
        greatest(0, documented_hours, screened_hours, cleared_hours, trading_hours) as within_hours,
        null as standing,
        null as turn,
        accounts
    from ways
    where trading_undated or trading_hours is not null
)
select
    path,
    value,
    ordinal,
    step,
    entered_on,
    hours_had,
    undated,
    hours,
    within_hours,
    standing,
    turn,
    sum(accounts)::integer as accounts
from reached
group by all;

create or replace macro funnel_reached(asked_segment) as table
select path, ordinal, step, entered_on, hours_had, undated, hours, within_hours, standing, turn, accounts
from funnel_reached_by(null, asked_segment);

-- Whether accounts that have had so many hours have had the whole window (null = any time).
create or replace macro is_mature_after(hours_had, window_days) as hours_had >= 24 * days_of_window(window_days);

-- Whether accounts of these rows took the path asked for, entered in [since, until) and reached the step within
-- window_days of entry (null = any time).
create or replace macro is_reached_within(
    path, entered_on, within_hours, asked_path, since, until, window_days
) as path = path_named(asked_path)
    and entered_on >= coalesce(since::date, date '0001-01-01')
    and entered_on < coalesce(until::date, date '9999-12-31')
    and within_hours <= 24 * days_of_window(window_days);

-- The rows of funnel/reached of accounts that entered in [since, until) and reached the step within window_days of
-- entry (null = any time); is_mature: they have had that long.
create or replace macro funnel_reached_within(asked_path, since, until, window_days, asked_segment) as table
select
    ordinal,
    entered_on,
    hours_had,
    is_mature_after(hours_had, window_days) as is_mature,
    undated,
    hours,
    standing,
    turn,
    accounts
from funnel_reached(asked_segment)
where is_reached_within(path, entered_on, within_hours, asked_path, since, until, window_days);

-- A quantile of counted values, interpolated between its neighbours. up_to: how many values there are up to this one;
-- total: how many there are.
create or replace macro counted_quantile(value, up_to, total, share) as
    min(value::double) filter (where up_to > floor((total - 1) * share)) * (1 - any_value((total - 1) * share % 1))
        + min(value::double) filter (where up_to > ceil((total - 1) * share)) * any_value((total - 1) * share % 1);

-- The limits between which the share of a whole that was found in so many cases lies in 95 of 100 samples (Wilson).
create or replace macro wilson_centre(found, cases) as (found + 1.9208) / (cases + 3.8416);

create or replace macro wilson_reach(found, cases) as
    1.96 * sqrt(found * (cases - found) / cases + 0.9604) / (cases + 3.8416);

create or replace macro wilson_low(found, cases) as
    case when cases > 0 then greatest(0.0, wilson_centre(found, cases) - wilson_reach(found, cases)) end;

create or replace macro wilson_high(found, cases) as
    case when cases > 0 then least(1.0, wilson_centre(found, cases) + wilson_reach(found, cases)) end;

-- One row per link that an account had in verification, with its outcome.
create or replace view link_outcomes as
select
    client_account_id,
    ordinal,
    first_seen_at,
    expires_at,
    completed_at,
    completed_at is not null as is_completed,
    decided_at <= desk_now() as is_decided
from links
anti join taken_out using (client_account_id)
where decided_at is not null;

-- A share of so few cases is not reliable (DESK.md, "Funnel").
create or replace macro is_few(cases) as cases < 30;

-- Decided links of the segment (null = any) by the whole hours left between which they were known live and undecided: one
-- row per ordinal and both hours.
create or replace macro verification_outcomes(asked_segment) as table
select
    links.ordinal,
    whole_hours(links.live_from, links.expires_at, hour_us_at(desk_settings.speed)) as hours_first,
    whole_hours(links.live_until, links.expires_at, hour_us_at(desk_settings.speed)) as hours_last,
    count(*) as cases,
    count(links.completed_at) as completed
from links
cross join desk_settings
anti join taken_out using (client_account_id)
where links.decided_at <= desk_now()
    and links.live_until > links.live_from
    and is_in_segment(links.client_account_id, asked_segment)
group by all;

-- Of decided links of the segment (null = any) that were live and undecided with hours left in [hours_from, hours_until),
-- how many were completed: one row per span (a list of both) and ordinal with a case, and always one per span over all
-- ordinals (ordinal null), which covers all hours if the span has no case (is_of_span false).
create or replace macro completion_within(spans, asked_segment) as table
with
asked as (
    select unnest(spans, recursive := true)
),
histories as (
    select
        ordinal,
        least(hours_first, link_life_hours()) as hours_first,
        least(hours_last, link_life_hours()) as hours_last,
        cases,
        completed
    from verification_outcomes(asked_segment)
),
counted as (
    select
        asked.hours_from,
        asked.hours_until,
        histories.ordinal,
        sum(histories.cases)::bigint as cases,
        sum(histories.completed)::bigint as completed
    from asked
    join histories on histories.hours_first >= asked.hours_from and histories.hours_last < asked.hours_until
    group by grouping sets (
        (asked.hours_from, asked.hours_until, histories.ordinal), (asked.hours_from, asked.hours_until)
    )
),
everything as (
    select coalesce(sum(cases), 0)::bigint as cases, coalesce(sum(completed), 0)::bigint as completed
    from histories
)
select hours_from, hours_until, ordinal, cases, completed, true as is_of_span
from counted
union all
select asked.hours_from, asked.hours_until, null as ordinal, everything.cases, everything.completed, false as is_of_span
from asked
anti join counted using (hours_from, hours_until)
cross join everything;

-- One row per account in verification with a live link, its newest, with the share of similar links never completed: of
-- the same ordinal and whole hours left, else of all ordinals, else of all hours; null without any case. Similar links
-- are everybody's, also where a segment's accounts are listed: few of its own were ever decided.
create or replace view live_links as
with
live as (
    select
        client_account_id,
        display_name,
        link_expires_at,
        hours_left,
        least(whole_hours_between(desk_now(), link_expires_at), link_life_hours()) as whole_hours_left,
        is_last_link as is_last,
        is_past_due
    from accounts_now
    where standing = 'verification' and hours_left > 0
),
ordinals as (
    select links.client_account_id, count(*) as ordinal
    from links
    semi join live using (client_account_id)
    group by links.client_account_id
),
shares as (
    select hours_from, ordinal, cases, 1 - completed / nullif(cases, 0) as chance_lost
    from completion_within(
        list_transform(range(link_life_hours() + 1), lambda hour: {'hours_from': hour, 'hours_until': hour + 1}), null
    )
)
select
    live.client_account_id,
    live.display_name,
    ordinals.ordinal,
    live.hours_left,
    live.link_expires_at,
    live.is_last,
    live.is_past_due,
    coalesce(own.chance_lost, of_all.chance_lost) as chance_lost,
    coalesce(own.cases, of_all.cases) as cases
from live
join ordinals using (client_account_id)
left join shares as own on own.hours_from = live.whole_hours_left and own.ordinal = ordinals.ordinal
join shares as of_all on of_all.hours_from = live.whole_hours_left and of_all.ordinal is null;

-- The hours ahead in which a link that is live now can expire: one row per hour, the current one first.
create or replace view hours_of_expiry as
with
steps as (select unnest(range(link_life_hours() + 1)) as step)
select desk_hour_of(desk_now()) + to_microseconds(step * desk_hour_us()) as hour
from steps;

-- What is recorded about the owners of entities now: one row per owner.
create or replace view owner_facts_now as
select client_account_id, client_owner_id, recorded_at, recorded_by, share_percent, manages, is_business
from owner_facts
qualify row_number() over (partition by client_account_id, client_owner_id order by recorded_at desc) = 1;

-- Rulings on KYB checklists that were not taken back: one row per account, requirement, owner and document.
create or replace view rulings_in_force as
select
    client_account_id, requirement, client_owner_id, client_document_id, ruled_at, ruled_by, valid_through, reason
from kyb_rulings
qualify not is_taken_back and row_number() over (
    partition by client_account_id, requirement, client_owner_id, client_document_id
    order by ruled_at desc, is_taken_back desc
) = 1;

-- KYB checklists as of today, with rulings: one row per requirement of an entity, and per owner. A document that is
-- valid longer than a ruling takes precedence.
create or replace macro checklists(only_open) as table
with
requirements as (
    select
        client_account_id,
        generate_subscripts(requirements, 1) - 1 as ordinal,
        unnest(requirements, recursive := true)
    from accounts
    where case when only_open then is_entity and is_open(standing) else after_scan(client_account_id, is_entity) end
),
ruled as (
    select
        client_account_id,
        requirement,
        client_owner_id,
        max(coalesce(valid_through, date '9999-12-31')) as holds_through,
        arg_max(
            case
                when client_document_id is not null then 'marked as met by a document'
                when requirement = 'managing_person' then 'an owner manages the entity'
                else 'needs no documents'
            end
                || ', recorded by ' || ruled_by,
            coalesce(valid_through, date '9999-12-31')
        ) as words
    from rulings_in_force
    group by all
),
lines as (
    select
        requirements.client_account_id,
        requirements.ordinal,
        requirements.requirement,
        requirements.client_owner_id,
        requirements.reason,
        case when has_documents then coalesce(valid_through, date '9999-12-31') end as documents_through,
        ruled.holds_through as ruled_through,
        ruled.words
    from requirements
    left join ruled
        on ruled.client_account_id = requirements.client_account_id
        and ruled.requirement = requirements.requirement
        and ruled.client_owner_id is not distinct from requirements.client_owner_id
),
judged as (
    select
        *,
        greatest(documents_through, ruled_through) as holds_through,
        ruled_through is not null and (documents_through is null or ruled_through > documents_through) as is_by_ruling
    from lines
)
select
    client_account_id,
    ordinal,
    requirement,
    client_owner_id,
    is_by_ruling,
    nullif(holds_through, date '9999-12-31') as holds_through,
    coalesce(holds_through >= desk_now()::date, false) as is_met,
    case when is_by_ruling then words else reason end
        || case
            when holds_through is null or holds_through = date '9999-12-31' then ''
            when holds_through < desk_now()::date then ' expired on ' || strftime(holds_through, '%Y-%m-%d')
            else ', valid through ' || strftime(holds_through, '%Y-%m-%d')
        end as reason
from judged;

create or replace view checklist_now as
from checklists(false);

-- What a link request or a KYB trigger that waits for a second person rests on: one row. expires_at, holds_through: when
-- time alone changes it.
create or replace macro waiting_bases(asked_account) as table
with
lines as (
    select
        string_agg(concat_ws(' ', requirement, client_owner_id), chr(10) order by requirement, client_owner_id)
            filter (where not is_met) as unmet,
        min(holds_through) filter (where is_met) as holds_through
    from checklist_now
    where client_account_id = asked_account
),
known as (
    select standing, standing_since, first_expiry_at, second_expiry_at, third_expiry_at
    from accounts
    where client_account_id = asked_account and after_scan(client_account_id, not is_taken_out)
)
select
    known.standing,
    known.standing_since,
    expirations_now(known.first_expiry_at, known.second_expiry_at, known.third_expiry_at) as expirations_used,
    (select count(*) from links where client_account_id = asked_account) as links_seen,
    (select count(*) from kyb_starts where client_account_id = asked_account) as kyb_starts,
    lines.unmet,
    case when known.third_expiry_at > desk_now() then known.third_expiry_at end as expires_at,
    lines.holds_through
from lines
left join known on true;

-- KYB starts with how a person recorded that manual KYB ended, if they did: one row per start.
create or replace view kyb_starts_ended as
with
starts as (
    select
        client_account_id,
        started_at,
        is_manual,
        recorded_by as started_by,
        reason,
        lead(started_at, 1, timestamp '9999-12-31') over by_start as next_started_at,
        lead(started_at, 1, timestamp '9999-12-31') over by_kind as next_of_kind_at
    from kyb_starts
    window
        by_start as (partition by client_account_id order by started_at, is_manual),
        by_kind as (partition by client_account_id, is_manual order by started_at)
),
ends as (
    select
        starts.client_account_id,
        starts.started_at,
        starts.is_manual,
        min(kyb_ends.ended_at) as ended_at,
        arg_min(kyb_ends.ended_by, kyb_ends.ended_at) as ended_by,
        arg_min(kyb_ends.ended_as, kyb_ends.ended_at) as ended_as,
        arg_min(kyb_ends.words, kyb_ends.ended_at) as ended_words,
        arg_min(kyb_ends.next_steps, kyb_ends.ended_at) as next_steps
    from starts
    join kyb_ends using (client_account_id)
    where starts.is_manual
        and kyb_ends.ended_at >= starts.started_at
        and kyb_ends.ended_at < starts.next_of_kind_at
    group by all
)
select
    starts.client_account_id,
    starts.started_at,
    starts.is_manual,
    starts.started_by,
    starts.reason,
    starts.next_started_at,
    ends.ended_at,
    ends.ended_by,
    ends.ended_as,
    ends.ended_words,
    ends.next_steps
from starts
left join ends using (client_account_id, started_at, is_manual);

-- KYB screens with their result: one row per start. decided_at: when the account first reached a final standing, or a
-- person recorded how manual KYB ended; outcome is that standing, ended_as what was recorded; hours: how long it took,
-- null if it is not decided or began at an unknown time.
create or replace view kyb_screens as
with
standings as (
    select
        starts.client_account_id,
        starts.started_at,
        starts.is_manual,
        min(journey.entered_at) as entered_at,
        arg_min(journey.standing, journey.ordinal) as standing,
        arg_min(journey.undated, journey.ordinal) as undated
    from kyb_starts_ended as starts
    join journey using (client_account_id)
    where after_scan(journey.client_account_id, journey.standing in ('active', 'rejected', 'liquidated', 'closed'))
        and journey.entered_at > starts.started_at
        and journey.entered_at <= starts.next_started_at
    group by all
)
select
    starts.client_account_id,
    starts.started_at,
    starts.is_manual,
    starts.started_by,
    starts.reason,
    starts.ended_at,
    starts.ended_by,
    starts.ended_as,
    starts.ended_words,
    starts.next_steps,
    least(standings.entered_at, starts.ended_at) as decided_at,
    case
        when standings.undated and starts.ended_at is null then null
        else hours_between(starts.started_at, least(standings.entered_at, starts.ended_at))
    end as hours,
    standings.standing as outcome
from kyb_starts_ended as starts
left join standings using (client_account_id, started_at, is_manual);

-- Actions since a moment, of an account, a kind, an outcome and a person; null = any. One row per action.
create or replace macro logged_actions(
    since_moment, asked_account, asked_kind, asked_outcome, asked_actor
) as table
select
    action_id,
    kind,
    client_account_id,
    slot,
    actor,
    what,
    reason,
    changed_fields,
    started_at,
    finished_at,
    outcome,
    bakkt_words,
    note,
    settled_by,
    lapses_at,
    lapse_reason,
    waiting_ended_as,
    waiting_ended_at,
    second_actor,
    second_reason
from actions_now
where started_at >= coalesce(since_moment::timestamp, timestamp '0001-01-01')
    and client_account_id = coalesce(asked_account::varchar, client_account_id)
    and kind = coalesce(asked_kind::varchar, kind)
    and outcome = coalesce(asked_outcome::varchar, outcome)
    and actor = coalesce(asked_actor::varchar, actor);

-- Rows of the audit trail of a person, an act, an outcome and what it was about, from a moment until before another;
-- null = any.
create or replace macro audited(
    asked_subject, asked_act, asked_outcome, asked_about, since_moment, before_moment
) as table
select
    audit_number,
    happened_at,
    subject,
    person,
    person_role,
    act,
    about,
    outcome,
    row_seal,
    seal
from audit_trail
where subject = coalesce(asked_subject::varchar, subject)
    and act = coalesce(asked_act::varchar, act)
    and outcome = coalesce(asked_outcome::varchar, outcome)
    and (asked_about is null or about = asked_about::varchar or starts_with(about, asked_about::varchar || ' '))
    and happened_at >= coalesce(since_moment::timestamp, timestamp '0001-01-01')
    and happened_at < coalesce(before_moment::timestamp, timestamp '9999-12-31');

-- Uploads from the workbench that may have reached Bakkt: one row per document.
create or replace view uploads_from_here as
select
    client_account_id,
    json_extract_string(what, '$.client_document_id') as client_document_id,
    max(actor) as uploaded_by,
    max(started_at) as uploaded_at
from actions
where kind = 'upload_document' and outcome in ('accepted', 'unknown')
group by all;

-- Whether a document's last day is over.
create or replace macro has_expired(expires_at) as coalesce(expires_at::date < desk_now()::date, false);

-- Documents with the upload from the workbench that they came from, if any: one row per document. dated_at orders them:
-- an upload that Bakkt has not dated yet counts from its request; null if neither date is known.
create or replace view dated_documents as
select
    documents.client_account_id,
    documents.client_document_id,
    documents.document_type,
    documents.document_side,
    documents.client_owner_id,
    documents.description,
    documents.issue_country,
    documents.series,
    documents.expires_at,
    documents.created_at,
    coalesce(documents.created_at, uploads_from_here.uploaded_at) as dated_at,
    coalesce(documents.created_at, uploads_from_here.uploaded_at, documents.first_seen_at) as uploaded_at,
    uploads_from_here.uploaded_by,
    has_expired(documents.expires_at) as is_expired
from documents
left join uploads_from_here using (client_account_id, client_document_id);

-- A document's rank in one of its series, among those of its owner and type, newest first: 1 in any series = current
-- (DESK.md). Those without a date come last. A macro, so that a query can rank the documents of a few accounts alone.
create or replace macro document_age_rank(account, client_owner, type, one_series, dated_at, document) as
    row_number() over (
        partition by account, client_owner, type, one_series order by dated_at desc nulls last, document
    );

-- Whether a document has expired or will within the given days.
create or replace macro ends_within(expires_at, days) as
    expires_at < (desk_now()::date + days::integer + 1)::timestamp;

-- Current documents that have expired or will within the given days: one row per document. is_current: the document is the
-- newest in one of its series, noted as documents, dates and uploads land.
create or replace macro expiring_documents(days) as table
select
    client_account_id,
    client_document_id,
    document_type,
    document_side,
    client_owner_id,
    description,
    series,
    issue_country,
    expires_at,
    has_expired(expires_at) as is_expired
from documents
where is_current and ends_within(expires_at, days);

-- The page Backlog. Here is who is in each of its views, once for the counts and the lists.

-- Whether what an account lacks still matters: data, an identity document, or a document that ends within the days.
create or replace macro is_missing_data(standing, fields_missing) as fields_missing > 0 and may_change(standing);

create or replace macro is_missing_identity(standing, lacks_identity_document) as
    lacks_identity_document and may_change(standing);

create or replace macro has_documents_ending(standing, document_expires_at, days) as
    ends_within(document_expires_at, days) and may_change(standing);

-- Whether an open business is ready for KYB screening: its checklist is met, and KYB has not started, or ended unapproved.
create or replace macro is_kyb_ready(standing, kyb_ready_through) as
    is_open(standing) and coalesce(kyb_ready_through >= desk_now()::date, false);

-- The last day on which something counts; null if no day is the last.
create or replace macro last_day(holds_through) as nullif(holds_through, date '9999-12-31');

-- Every account, with a boolean for each view that needs no other table and no days: one row per account.
create or replace view backlog_accounts as
select
    client_account_id,
    display_name,
    account_type,
    country,
    standing,
    turn,
    standing_since,
    standing_cause,
    due_at,
    link_state,
    link_expires_at,
    hours_left,
    case when not standing_undated then age_hours end as age_hours,
    hours_overdue,
    expirations_used,
    is_last_link,
    used_up_at,
    last_event_at,
    fields_missing,
    document_expires_at,
    kyb_ready_through,
    search_text,
    is_open as in_open,
    is_past_due as in_late,
    is_past_due and turn = 'us' as in_late_us,
    is_past_due and turn = 'bakkt' as in_late_bakkt,
    is_past_due and turn = 'customer' as in_late_customer,
    is_due_soon as in_due,
    standing = 'verification' and is_last_link as in_last,
    standing = 'verification' and link_state = 'expiring' as in_expiring,
    standing = 'verification' and link_state in ('live', 'expiring') as in_live,
    standing = 'verification' and needs_new_link as in_expired,
    standing = 'verification' and link_state = 'unknown' as in_no_link,
    standing = 'verification' and is_used_up as in_out_of_links,
    standing = 'verification' as in_verification,
    standing = 'kyb_documents' as in_kyb_documents,
    standing = 'kyb_screening' as in_kyb_screening,
    is_kyb_ready(standing, kyb_ready_through) as in_kyb_ready,
    is_missing_identity(standing, lacks_identity_document) as in_identity,
    is_missing_data(standing, fields_missing) as in_missing,
    standing = 'unrecognised' as in_unrecognised
from accounts_now;

create or replace view backlog_screenings as
select
    client_account_id,
    max(started_at) as screening_started_at,
    arg_max(recorded_by, (started_at, is_manual)) as screening_started_by,
    arg_max(is_manual, (started_at, is_manual)) as is_screening_manual
from kyb_starts
group by client_account_id;

-- The accounts of one view: one row per account. The joins of other views than the one asked for find nothing.
create or replace macro backlog_rows(code, days) as table
select
    backlog_accounts.*,
    case when code = 'kyb_ready' then last_day(kyb_ready_through) end as holds_through,
    screenings.screening_started_at,
    screenings.screening_started_by,
    screenings.is_screening_manual,
    disagreements.contradiction,
    disagreements.read_at
from backlog_accounts
left join (
    select client_account_id, screening_started_at, screening_started_by, is_screening_manual
    from backlog_screenings
    where code = 'kyb_screening'
) as screenings using (client_account_id)
left join (
    select client_account_id, is_restricted, contradiction, read_at
    from trading_disagreements
    where code in ('contradictions', 'restricted')
) as disagreements using (client_account_id)
where case code
    when 'open' then in_open
    when 'late' then in_late
    when 'late_us' then in_late_us
    when 'late_bakkt' then in_late_bakkt
    when 'late_customer' then in_late_customer
    when 'due' then due_at >= desk_now() and in_due  -- a condition of one column: the scan skips most accounts
    when 'last' then in_last
    when 'expiring' then in_expiring
    when 'live' then in_live
    when 'expired' then in_expired
    when 'no_link' then in_no_link
    when 'out_of_links' then in_out_of_links
    when 'verification' then in_verification
    when 'kyb_ready' then in_kyb_ready
    when 'kyb_documents' then in_kyb_documents
    when 'kyb_screening' then in_kyb_screening
    when 'documents' then has_documents_ending(standing, document_expires_at, days)
    when 'identity' then in_identity
    when 'missing' then in_missing
    when 'contradictions' then disagreements.contradiction is not null
    when 'restricted' then disagreements.is_restricted
    when 'unrecognised' then in_unrecognised
    else error('no such view')
end;

create or replace macro is_wanted(value, wanted) as wanted is null or value is not distinct from wanted;

-- The accounts of one view that meet the filters; a filter that is null is not set: one row per account.
create or replace macro backlog_filtered(
    code, days, wanted_turn, wanted_standing, wanted_type, wanted_country, wanted_segment
) as table
select rows.*
from backlog_rows(code, days) as rows
where is_in_segment(rows.client_account_id, wanted_segment)
    and is_wanted(turn, wanted_turn)
    and is_wanted(standing, wanted_standing)
    and is_wanted(account_type, wanted_type)
    and is_wanted(country, wanted_country);

-- The same with the columns to sort them by, of which the sort asked for fills one. `rows.*` on purpose: backlog/list names
-- the columns.
create or replace macro backlog_sorted(
    code, days, wanted_turn, wanted_standing, wanted_type, wanted_country, wanted_segment, sort
) as table
select
    rows.*,
    case sort
        when 'due' then due_at
        when 'left' then link_expires_at
        when 'since' then standing_since
        when 'expiry' then document_expires_at
    end as earliest_first,
    case sort when 'newest' then standing_since when 'used_up' then used_up_at end as latest_first,
    case when sort = 'name' and display_name is not null then split_part(search_text, chr(31), 2) end as in_order,
    case when sort = 'fields' then fields_missing end as most_first
from backlog_filtered(
    code, days, wanted_turn, wanted_standing, wanted_type, wanted_country, wanted_segment
) as rows;

-- The page Explore. Here is which accounts a measure counts, once for its shares and for the accounts behind them.

-- How long each standing may last: one row per standing and target, with the entries that it holds for. The first known
-- target holds for older ones.
create or replace view targets_in_force as
select
    standing,
    (hours * 3600000000)::bigint as may_last_us,
    case
        when valid_from = min(valid_from) over (partition by standing) then timestamp '0001-01-01'
        else valid_from
    end as valid_from,
    lead(valid_from, 1, timestamp '9999-12-31') over (partition by standing order by valid_from) as valid_until
from targets;

-- Stays of accounts in their standings: one row per stay. The journey has those that ended, with what the account was in
-- before each move; the account's row has the one that lasts, whose left_at and next_standing are null. Undated,
-- left_undated: it began or ended at an unknown time before. reason_code: Bakkt's, in the event that it began with; empty
-- if that named none, or it was no event.
-- Accounts that were taken out of the registry have theirs too: leave them out by an anti join with taken_out.
create or replace view stays as
select
    client_account_id,
    account_key,
    opened_at,
    ordinal - 1 as ordinal,
    previous_standing as standing,
    previous_entered_at as entered_at,
    previous_undated as undated,
    previous_reason_code as reason_code,
    entered_at as left_at,
    undated as left_undated,
    standing as next_standing
from journey
where previous_entered_at is not null  -- leaves out openings; ordinal > 0 would read one column more
union all
select
    client_account_id,
    account_key,
    opened_at,
    standing_ordinal as ordinal,
    standing,
    standing_since as entered_at,
    standing_undated as undated,
    standing_reason_code as reason_code,
    null as left_at,
    false as left_undated,
    null as next_standing
from accounts;

create or replace macro is_opened_within(opened_at, since, until) as
    opened_at >= coalesce(since::date, date '0001-01-01') and opened_at < coalesce(until::date, date '9999-12-31');

-- Until when what happened to an account counts. Adding microseconds takes a third of the time of adding an interval.
create or replace macro window_end(opened_at, window_days) as
    make_timestamp(epoch_us(opened_at) + 86400000000 * days_of_window(window_days)::bigint);

-- Accounts of a path (null = any) that opened in [since, until) and are in the segment (null = any): one row per account.
-- first_value, second_value: its properties by and then_by.
create or replace macro cohort_of(
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
select
    accounts.client_account_id,
    accounts.account_key,
    accounts.opened_at,
    window_end(accounts.opened_at, window_days) as window_ends_at,
    window_end(accounts.opened_at, window_days) <= desk_now() as is_mature,
    coalesce(accounts.is_entity, false) as is_entity,
    property_of(
        asked_by, accounts.account_type, accounts.country, accounts.state, accounts.opened_at, accounts.cleared_undated,
        accounts.completed_link
    ) as first_value,
    property_of(
        asked_then_by, accounts.account_type, accounts.country, accounts.state, accounts.opened_at,
        accounts.cleared_undated, accounts.completed_link
    ) as second_value,
    accounts.documented_at,
    accounts.documented_undated,
    accounts.screened_at,
    accounts.screened_undated,
    accounts.cleared_at,
    accounts.cleared_undated,
    accounts.trading_at,
    accounts.trading_undated,
    accounts.verification_at,
    accounts.third_expiry_at,
    accounts.first_uploaded_at,
    accounts.has_undated_uploads,
    accounts.uploaded_again_at,
    accounts.previous_upload_at
from accounts
where not accounts.is_taken_out
    and is_opened_within(accounts.opened_at, since, until)
    and (asked_path is null or coalesce(accounts.is_entity, false) = is_entity_path(asked_path))
    and is_in_segment(accounts.client_account_id, asked_segment);

create or replace macro of_milestone(milestone, opened, documented, screened, verification, cleared, trading) as
    case milestone
        when 'verification' then verification
        else of_step(milestone, opened, documented, screened, cleared, trading)
    end;

-- Whether accounts got stuck in a standing (stuck: a stay went past its due date, left since or not) or were still in it
-- when their window ended (stayed): one row per account of the cohort that was in it. Undated: a stay began or ended at an
-- unknown time. hours: how long it was in the standing until its window ended.
create or replace macro explored_standing(
    asked_measure, asked_standing, asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
with
targets_of_standing as (  -- few rows, so a join by the span alone is quicker than one that hashes each stay
    select may_last_us, valid_from, valid_until
    from targets_in_force
    where standing = asked_standing
),
of_period as (
    select
        account_key,
        entered_at,
        coalesce(left_at, timestamp '9999-12-31') as left_at,
        undated or left_undated as is_undated,
        window_end(opened_at, window_days) as window_ends_at
    from stays
    where standing = asked_standing
        and is_opened_within(opened_at, since, until)
        and (undated or entered_at <= window_end(opened_at, window_days))
),
judged as (  -- before it is joined with the cohort: that is one row per account instead of one per stay
    select
        of_period.account_key,
        bool_or(of_period.is_undated) as is_undated,
        coalesce(
            bool_or(
                case asked_measure
                    when 'stayed' then left_at > window_ends_at
                    else microseconds_between(entered_at, least(left_at, window_ends_at)) > target.may_last_us
                end
            ),
            false
        ) as is_hit,
        sum(hours_between(entered_at, least(left_at, window_ends_at, desk_now()))) as hours
    from of_period
    left join targets_of_standing as target
        on of_period.entered_at >= target.valid_from and of_period.entered_at < target.valid_until
    group by of_period.account_key
)
select
    cohort.client_account_id,
    cohort.is_mature,
    cohort.first_value,
    cohort.second_value,
    judged.is_undated,
    judged.is_hit,
    judged.hours
from judged
join cohort_of(asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by) as cohort
    using (account_key)
where asked_measure in ('stuck', 'stayed');

-- What came after the first event with a reason code that brought an account to a standing: one row per account of the
-- cohort that has one within its window.
create or replace macro explored_reason(
    asked_measure, asked_reason, asked_standing,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
with
of_reason as (
    select
        account_key,
        ordinal,
        entered_at,
        left_at,
        next_standing = asked_standing and left_at <= window_end(opened_at, window_days) as is_followed
    from stays
    where reason_code = asked_reason
        and asked_reason <> ''
        and is_opened_within(opened_at, since, until)
        and entered_at <= window_end(opened_at, window_days)
),
first_stays as (  -- the first of an account's stays is also the first that it left
    select
        account_key,
        coalesce(min(ordinal) = min(ordinal) filter (where is_followed), false) as is_hit,
        hours_between(min(entered_at), min(left_at)) as hours
    from of_reason
    group by account_key
)
select
    cohort.client_account_id,
    cohort.is_mature,
    cohort.first_value,
    cohort.second_value,
    false as is_undated,
    first_stays.is_hit,
    first_stays.hours
from first_stays
join cohort_of(asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by) as cohort
    using (account_key)
where asked_measure = 'after_reason';

-- Measures that an account's row answers: the step reached, the time between two milestones, links used up, a document
-- uploaded again (of the same owner, type and series as one before; store/facts/documents.py notes when). One row per
-- account that the measure counts.
create or replace macro explored_account_rows(
    asked_measure, asked_step, asked_start, asked_finish,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
with
cohort as (
    select
        *,
        not is_entity or is_within(documented_undated, hours_between(opened_at, documented_at), window_days) as is_documented,
        is_documented and is_within(screened_undated, hours_between(opened_at, screened_at), window_days) as is_screened,
        is_screened and is_within(cleared_undated, hours_between(opened_at, cleared_at), window_days) as is_cleared,
        is_cleared and is_within(trading_undated, hours_between(opened_at, trading_at), window_days) as is_trading,
        of_milestone(
            asked_start, opened_at, documented_at, screened_at, verification_at, cleared_at, trading_at
        ) as start_at,
        of_milestone(
            asked_start, false, documented_undated, screened_undated, false, cleared_undated, trading_undated
        ) as start_undated,
        of_milestone(
            asked_finish, opened_at, documented_at, screened_at, verification_at, cleared_at, trading_at
        ) as finish_at,
        coalesce(
            finish_at is not null and of_milestone(
                asked_finish, false, documented_undated, screened_undated, false, cleared_undated, trading_undated
            ),
            false
        ) as finish_undated
    from cohort_of(asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by)
    where asked_measure in ('reached', 'time', 'used_up', 'reuploaded')
)
select
    client_account_id,
    is_mature,
    first_value,
    second_value,
    of_step(asked_step, true, is_documented, is_screened, is_cleared, is_trading)
        and of_step(asked_step, false, documented_undated, screened_undated, cleared_undated, trading_undated) as is_undated,
    of_step(asked_step, true, is_documented, is_screened, is_cleared, is_trading) as is_hit,
    hours_rounded_up(
        microseconds_between(
            opened_at, of_step(asked_step, opened_at, documented_at, screened_at, cleared_at, trading_at)
        ),
        desk_hour_us()
    ) as hours
from cohort
where asked_measure = 'reached' and (asked_step <> 'documented' or is_entity)
union all
select
    client_account_id,
    is_mature,
    first_value,
    second_value,
    start_undated or finish_undated as is_undated,
    coalesce(finish_at <= window_ends_at, false) as is_hit,
    hours_between(start_at, finish_at) as hours
from cohort
where asked_measure = 'time'
    and (start_undated or start_at <= window_ends_at)
    and (start_undated or finish_undated or finish_at is null or finish_at >= start_at)
union all
select
    client_account_id,
    is_mature,
    first_value,
    second_value,
    false as is_undated,
    coalesce(third_expiry_at <= least(window_ends_at, desk_now()), false) as is_hit,
    hours_between(verification_at, third_expiry_at) as hours
from cohort
where asked_measure = 'used_up' and verification_at <= window_ends_at
union all
select
    client_account_id,
    is_mature,
    first_value,
    second_value,
    has_undated_uploads as is_undated,
    coalesce(uploaded_again_at <= window_ends_at, false) as is_hit,
    hours_between(previous_upload_at, uploaded_again_at) as hours
from cohort
where asked_measure = 'reuploaded' and (has_undated_uploads or first_uploaded_at <= window_ends_at);

-- The place of a value among those of a property: the most common comes first, or the latest month; null comes last.
create or replace macro place_of_value(name, value, accounts) as
    row_number() over (
        order by value is null, case when name = 'entry_month' then value end desc, accounts desc, value
    );

-- What a group of a breakdown is of: accounts with one of the first ten values, without the property, or with another
-- value. Beside it stands the value, of the first kind alone, as a value may be any text.
create or replace macro group_kind(name, value, place) as case
    when name is null then null
    when value is null then 'unknown'
    when place <= 10 then 'value'
    else 'other'
end;

-- Accounts that a measure counts, and whether they meet it: one row per account. first_value, second_value: its values of
-- the properties; is_hit: it meets the measure; hours: how long that took, of stuck and stayed how long it was in the
-- standing.
create or replace macro measured(
    asked_measure, asked_standing, asked_step, asked_start, asked_finish, asked_reason,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
from explored_standing(
    asked_measure, asked_standing, asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
)
union all
from explored_reason(
    asked_measure, asked_reason, asked_standing,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
)
union all
from explored_account_rows(
    asked_measure, asked_step, asked_start, asked_finish,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
);

-- The accounts of measured(), one row each, with the group of a breakdown that they are in: first_kind and first_group,
-- second_kind and second_group (group_kind). queries/explore/measure.sql forms the same groups from counts.
create or replace macro explored(
    asked_measure, asked_standing, asked_step, asked_start, asked_finish, asked_reason,
    asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
) as table
with
accounts_measured as (
    from measured(
        asked_measure, asked_standing, asked_step, asked_start, asked_finish, asked_reason,
        asked_path, since, until, window_days, asked_segment, asked_by, asked_then_by
    )
),
first_values as (
    select first_value, place_of_value(asked_by, first_value, count(*)) as first_place
    from accounts_measured
    group by first_value
),
second_values as (
    select second_value, place_of_value(asked_then_by, second_value, count(*)) as second_place
    from accounts_measured
    group by second_value
)
select
    accounts_measured.client_account_id,
    group_kind(asked_by, first_value, first_values.first_place) as first_kind,
    case when first_kind = 'value' then first_value end as first_group,
    group_kind(asked_then_by, second_value, second_values.second_place) as second_kind,
    case when second_kind = 'value' then second_value end as second_group,
    accounts_measured.is_mature,
    accounts_measured.is_undated,
    accounts_measured.is_hit,
    accounts_measured.hours
from accounts_measured
left join first_values using (first_value)
left join second_values using (second_value);

-- Whose move it usually is in a standing, as the journey tells it; in verification the customer's while a link is live.
-- Null for standings that are not open.
create or replace macro turn_at_move(standing, has_live_link) as case
    when not coalesce(is_open(standing), false) then null
    when standing = 'verification' then case when has_live_link then 'customer' else 'us' end
    when standing in ('submitted', 'under_review', 'kyb_screening', 'suspended') then 'bakkt'
    else 'us'
end;

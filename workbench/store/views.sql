create or replace macro desk_now() as make_timestamp(epoch_us(now()));

create or replace macro hours_between(earlier, later) as epoch_us(later - earlier) / 3600000000.0;

create or replace macro fold_text(words) as trim(regexp_replace(
    replace(replace(replace(replace(
        translate(strip_accents(lower(nfc_normalize(words))), 'øłđðı', 'olddi'),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
    '\s+', ' ', 'g'
));

create or replace macro expirations_used(counted_expiries) as
    least(len(list_filter(counted_expiries, lambda expires_at: expires_at <= desk_now())), 3)::integer;

-- One row per account with all that depends on the moment it is read.
create or replace view accounts_now as
with
setting as (select max(link_warning_hours) as link_warning_hours from desk_settings)
select
    accounts.client_account_id,
    accounts.account_type,
    coalesce(accounts.is_entity, false) as is_entity,
    accounts.display_name,
    accounts.bakkt_account_id,
    accounts.created_at,
    accounts.request_status,
    accounts.can_trade_crypto,
    accounts.settlement_method,
    accounts.pending_updates,
    accounts.standing,
    accounts.standing_since,
    accounts.standing_undated,
    accounts.standing_cause,
    hours_between(accounts.standing_since, desk_now()) as age_hours,
    accounts.due_at,
    hours_between(accounts.due_at, desk_now()) as hours_overdue,
    accounts.standing in ('active', 'rejected', 'liquidated', 'closed') as is_final,
    case when accounts.turn_changes_at <= desk_now() then accounts.turn_after else accounts.turn end as turn,
    accounts.contradiction,
    case
        when accounts.standing <> 'verification' then null
        when accounts.link_expires_at is null then 'unknown'
        when accounts.link_expires_at <= desk_now() then 'expired'
        when hours_between(desk_now(), accounts.link_expires_at) < setting.link_warning_hours then 'expiring'
        else 'live'
    end as link_state,
    accounts.link_expires_at,
    hours_between(desk_now(), accounts.link_expires_at) as hours_left,
    expirations_used(accounts.counted_expiries) as expirations_used,
    3 - expirations_used(accounts.counted_expiries) as expirations_left,
    accounts.last_event_at,
    accounts.opened_at,
    accounts.documented_at,
    accounts.documented_undated,
    accounts.screened_at,
    accounts.screened_undated,
    accounts.cleared_at,
    accounts.cleared_undated,
    accounts.trading_at,
    accounts.trading_undated,
    accounts.verification_at,
    accounts.search_text
from accounts
cross join setting;

create or replace macro is_entity_path(path) as case path
    when 'individual' then false
    when 'entity' then true
    else error('path is individual or entity')
end;

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

-- How one account stands to one step; is_candidate: it counts in the step before, so it might have reached this one.
create or replace macro funnel_reach(is_reached, is_candidate, undated, reached_at, entered_at) as {
    'is_reached': is_reached,
    'is_candidate': is_candidate,
    'undated': is_reached and undated,
    'reached_at': case when is_reached then reached_at end,
    'dated_hours': case when is_reached and not undated then hours_between(entered_at, reached_at) end
};

-- What a funnel tells of one step, over the accounts of a group (DESK.md, "Funnel").
create or replace macro funnel_counts(reach, is_mature) as {
    'accounts': count(*) filter (where reach.is_reached),
    'accounts_mature': count(*) filter (where reach.is_reached and is_mature and not reach.undated),
    'entered_dated': count(*) filter (where is_mature and not reach.undated),
    'previous_dated': count(*) filter (where is_mature and reach.is_candidate and not reach.undated),
    'undated': count(*) filter (where reach.undated),
    'hours': quantile_cont(reach.dated_hours, [0.5, 0.9])
};

-- Of the accounts of a group, all of which have had so many hours: how many can be judged, and how many were there by then.
create or replace macro funnel_times(reach, hours) as {
    'accounts': count(*) filter (where not reach.undated),
    'accounts_done': count(*) filter (where reach.dated_hours <= hours)
};

-- The value of the step that is asked for.
create or replace macro of_step(step, opened, documented, screened, cleared, trading) as case step
    when 'opened' then opened
    when 'documented' then documented
    when 'screened' then screened
    when 'cleared' then cleared
    when 'trading' then trading
end;

-- Accounts that entered in [since, until) with how far they came: one row per account. Steps are nested: one counts
-- only where all before it do, and where it was reached within window_days of entry (null = whenever) or is undated.
create or replace macro funnel_entrants(path, since, until, window_days) as table
with
entrants as (
    select
        *,
        opened_at as entered_at,
        opened_at + to_days(coalesce(window_days, 36500)::integer) as window_ends_at
    from accounts_now
    where is_entity = is_entity_path(path)
        and opened_at >= coalesce(since, date '0001-01-01')
        and opened_at < coalesce(until, date '9999-12-31')
),
documented as (
    select *, not is_entity or coalesce(documented_undated or documented_at <= window_ends_at, false) as is_documented
    from entrants
),
screened as (
    select *, is_documented and coalesce(screened_undated or screened_at <= window_ends_at, false) as is_screened
    from documented
),
cleared as (
    select *, is_screened and coalesce(cleared_undated or cleared_at <= window_ends_at, false) as is_cleared
    from screened
),
trading as (
    select *, is_cleared and coalesce(trading_undated or trading_at <= window_ends_at, false) as is_trading
    from cleared
)
select
    client_account_id,
    display_name,
    standing,
    turn,
    entered_at,
    window_ends_at <= desk_now() as is_mature,
    hours_between(entered_at, desk_now()) as hours_since_entry,
    funnel_reach(true, true, false, entered_at, entered_at) as opened,
    funnel_reach(is_documented, true, documented_undated, documented_at, entered_at) as documented,
    funnel_reach(is_screened, is_documented, screened_undated, screened_at, entered_at) as screened,
    funnel_reach(is_cleared, is_screened, cleared_undated, cleared_at, entered_at) as cleared,
    funnel_reach(is_trading, is_cleared, trading_undated, trading_at, entered_at) as trading,
    case
        when is_trading then 'trading'
        when is_cleared then 'cleared'
        when is_screened then 'screened'
        when is_documented and is_entity then 'documented'
        else 'opened'
    end as last_step
from trading;

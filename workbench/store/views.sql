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

-- Each account that entered in [since, until) with its nested funnel steps: one row per account and step of its path.
-- A step counts when it was reached within window_days of entry, or is undated; null = whenever. is_candidate: the
-- account counts in the step before, so it might have reached this one.
create or replace macro funnel_steps_of(path, since, until, window_days) as table
with
entrants as (
    select
        client_account_id,
        is_entity_path(path) as is_entity,
        opened_at as entered_at,
        opened_at + to_days(coalesce(window_days, 36500)::integer) as window_ends_at,
        documented_at, documented_undated, screened_at, screened_undated,
        cleared_at, cleared_undated, trading_at, trading_undated
    from accounts
    where coalesce(accounts.is_entity, false) = is_entity_path(path)
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
),
steps as (
    select 1 as ordinal, 'opened' as step, client_account_id, entered_at, window_ends_at, true as is_candidate, true as is_reached,
        entered_at as reached_at, false as undated
    from trading
    union all
    select 2, 'documented', client_account_id, entered_at, window_ends_at, true, is_documented,
        documented_at, documented_undated
    from trading
    where is_entity
    union all
    select 2 + is_entity::integer, 'screened', client_account_id, entered_at, window_ends_at, is_documented, is_screened,
        screened_at, screened_undated
    from trading
    union all
    select 3 + is_entity::integer, 'cleared', client_account_id, entered_at, window_ends_at, is_screened, is_cleared,
        cleared_at, cleared_undated
    from trading
    union all
    select 4 + is_entity::integer, 'trading', client_account_id, entered_at, window_ends_at, is_cleared, is_trading,
        trading_at, trading_undated
    from trading
)
select
    client_account_id,
    ordinal,
    step,
    entered_at,
    window_ends_at <= desk_now() as is_mature,
    is_candidate,
    is_reached,
    is_reached and undated as undated,
    reached_at,
    hours_between(entered_at, reached_at) as hours_to_step
from steps;

-- events/silence()
-- Whether events stopped arriving: none for longer than 95% of recent pauses while readings still changed; one row.
with
minutes as (
    select distinct date_trunc('minute', received_at) as minute
    from events
    where received_at > desk_now() - to_days(30)
),
pauses as (
    select hours_between(lag(minute) over (order by minute), minute) as hours
    from minutes
),
usual as (
    select greatest(coalesce(quantile_cont(hours, 0.95), 0), 1) as usual_gap_hours
    from pauses
),
heard as (
    select
        max(received_at) as last_event_at,
        coalesce(max(received_at), (select min(registered_at) from registry)) as silent_since
    from events
),
candidates as (
    select distinct readings.client_account_id
    from readings
    cross join heard
    where readings.started_at > heard.silent_since
),
compared as (
    select
        client_account_id,
        started_at,
        lag(started_at) over of_account as previous_at,
        request_status is distinct from lag(request_status) over of_account
            or can_trade_crypto is distinct from lag(can_trade_crypto) over of_account as is_changed
    from readings
    semi join candidates using (client_account_id)
    window of_account as (partition by client_account_id order by started_at, content_hash)
),
changes as (
    select count(distinct compared.client_account_id) as changes_found
    from compared
    cross join heard
    left join accounts using (client_account_id)
    where compared.is_changed
        and compared.previous_at is not null
        and compared.started_at > heard.silent_since
        and coalesce(hours_between(accounts.last_event_at, compared.started_at) > 1, true)
)
select
    heard.last_event_at,
    usual.usual_gap_hours,
    hours_between(heard.silent_since, desk_now()) as silent_hours,
    changes.changes_found,
    coalesce(hours_between(heard.silent_since, desk_now()) > usual.usual_gap_hours, false)
        and changes.changes_found > 0 as is_silent
from heard
cross join usual
cross join changes;

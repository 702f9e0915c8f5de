-- A small number that stands for an account's id where many rows are joined or grouped, on its row and in its journey;
-- the reason code of each stay by itself instead of its whole cause; when documents were uploaded, and uploaded again, on
-- the account's row. Reason codes and standings before are empty, not null, where there are none (rows.py says why).
alter table accounts add column account_key integer;
alter table accounts add column standing_reason_code varchar;
alter table accounts add column first_uploaded_at timestamp;
alter table accounts add column has_undated_uploads boolean;  -- without a default: DuckDB alters no table after writing one
alter table accounts add column uploaded_again_at timestamp;
alter table accounts add column previous_upload_at timestamp;
update accounts
set account_key = numbered.account_key, has_undated_uploads = case when read_at is not null then false end
from (
    select rowid as row_id, row_number() over (order by rowid) - 1 as account_key
    from accounts
) as numbered
where numbered.row_id = accounts.rowid;
update accounts
set standing_reason_code = case
    when starts_with(standing_cause, 'event ') then coalesce(string_split(standing_cause, ' ')[3], '')
    else ''
end;
create table next_journey (
    client_account_id varchar, ordinal integer, standing varchar, entered_at timestamp, cause varchar, undated boolean,
    previous_standing varchar, previous_entered_at timestamp, previous_reason_code varchar, previous_undated boolean,
    opened_at timestamp, account_key integer
);
insert into next_journey by name
select
    journey.client_account_id,
    journey.ordinal,
    journey.standing,
    journey.entered_at,
    journey.cause,
    journey.undated,
    coalesce(journey.previous_standing, '') as previous_standing,
    journey.previous_entered_at,
    case
        when starts_with(journey.previous_cause, 'event ') then coalesce(string_split(journey.previous_cause, ' ')[3], '')
        else ''
    end as previous_reason_code,
    journey.previous_undated,
    journey.opened_at,
    accounts.account_key
from journey
left join accounts using (client_account_id);
drop table journey;
alter table next_journey rename to journey;
update accounts
set first_uploaded_at = told.first_uploaded_at,
    has_undated_uploads = told.has_undated_uploads,
    uploaded_again_at = told.uploaded_again_at,
    previous_upload_at = told.previous_upload_at
from (
    with
    sent as (
        select
            client_account_id,
            json_extract_string(what, '$.client_document_id') as client_document_id,
            max(started_at) as sent_at
        from actions
        where kind = 'upload_document' and outcome in ('accepted', 'unknown')
        group by all
    ),
    dated as (
        select
            documents.client_account_id,
            documents.client_document_id,
            documents.client_owner_id,
            documents.document_type,
            documents.series,
            coalesce(documents.created_at, sent.sent_at) as dated_at
        from documents
        left join sent using (client_account_id, client_document_id)
    ),
    continued as (
        select
            client_account_id, client_document_id, client_owner_id, document_type, dated_at, unnest(series) as one_series
        from dated
    ),
    ordered as (
        select
            client_account_id,
            dated_at,
            lag(dated_at) over (
                partition by client_account_id, client_owner_id, document_type, one_series
                order by dated_at, client_document_id
            ) as before_at
        from continued
        where dated_at is not null
    ),
    again as (
        select
            client_account_id,
            min(dated_at) as uploaded_again_at,
            arg_min(before_at, row(dated_at, before_at)) as previous_upload_at
        from ordered
        where before_at is not null
        group by client_account_id
    ),
    uploads as (
        select
            client_account_id,
            min(dated_at) as first_uploaded_at,
            bool_or(dated_at is null) as has_undated_uploads
        from dated
        group by client_account_id
    )
    select
        uploads.client_account_id,
        uploads.first_uploaded_at,
        uploads.has_undated_uploads,
        again.uploaded_again_at,
        again.previous_upload_at
    from uploads
    left join again using (client_account_id)
) as told
where told.client_account_id = accounts.client_account_id;
-- Macros that views no longer use.
drop macro if exists reason_of;
drop macro table if exists explored_uploads;
drop macro table if exists explored_milestones;
delete from views_applied;

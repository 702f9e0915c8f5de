-- Accounts that are being opened, as far as their author has come: personal data, so they go with the opening.
create table drafts (
    draft_id varchar, author varchar, client_account_id varchar, revision integer,
    begun_at timestamp, saved_at timestamp, content varchar
);

-- What each reading found missing, a line each, so that later ones show what was backfilled. Null for what was read
-- before and is not the newest.
alter table readings add column missing_fields varchar;

update readings
set missing_fields = known.fields
from (
    select
        accounts.client_account_id,
        accounts.content_hash,
        coalesce(string_agg(missing_fields.field, chr(10) order by missing_fields.ordinal), '') as fields
    from accounts
    left join missing_fields using (client_account_id)
    group by all
) as known
where readings.client_account_id = known.client_account_id and readings.content_hash = known.content_hash;

-- audit/log(subject=null, act=null, outcome=null, about=null, since=null, before=null, limit=1000000000, offset=0)
-- The audit trail between two moments (UTC), with the seals of its chain: one row per act or outcome, newest first.
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
from audited($subject, $act, $outcome, $about, $since, $before)
order by audit_number desc
limit $limit::bigint
offset $offset::bigint;

-- audit/people()
-- Who is named in the audit trail, with the last name that was seen: one row per person, by name.
select
    subject,
    arg_max(person, audit_number) as person,
    arg_max(person_role, audit_number) as person_role,
    count(*) as audit_rows,
    max(happened_at) as last_at
from audit_trail
group by subject
order by person, subject;

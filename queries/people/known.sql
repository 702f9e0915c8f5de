-- people/known(hours=1)
-- Who signed in, last seen first, and how many of their sessions were active in the last hours: one row per person.
with
going_on as (
    select subject, count(*) as sessions
    from sign_in_sessions
    where ended_at is null and last_act_at > desk_now() - to_seconds(3600 * $hours::double)
    group by subject
)
select
    people.subject,
    people.person_name,
    people.role,
    people.first_seen_at,
    people.last_seen_at,
    coalesce(going_on.sessions, 0) as sessions,
    people.removed_at,
    people.removed_by
from people
left join going_on using (subject)
order by people.last_seen_at desc, people.subject;

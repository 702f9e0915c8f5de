-- verification/counts(segment=null)
-- How many accounts are on each list of verification/backlog, and out of links at all (ledger): one row per list.
with
members as (
    select
        standing = 'verification' as must_verify,
        link_state,
        is_last_link,
        needs_new_link,
        is_used_up,
        count(*) as accounts,
        count(*) filter (where is_past_due) as late
    from accounts_now
    where (standing = 'verification' or is_used_up) and is_in_segment(client_account_id, $segment::varchar)
    group by all
),
listed as (
    select
        unnest(
            case when must_verify then link_lists(link_state, is_last_link, needs_new_link, is_used_up) else [] end
                || case when is_used_up then ['ledger'] else [] end
        ) as list,
        is_last_link,
        accounts,
        late
    from members
)
select
    list,
    sum(accounts)::bigint as accounts,
    sum(late)::bigint as late,
    total_where(accounts, is_last_link) as last_links
from listed
group by list
order by list;

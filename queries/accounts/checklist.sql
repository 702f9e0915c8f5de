-- accounts/checklist(client_account_id)
-- What one entity needs before its KYB screen, as of today: one row per requirement, and per owner.
select
    client_account_id,
    requirement,
    client_owner_id,
    has_papers and (valid_through is null or valid_through >= desk_now()::date) as is_met,
    case
        when has_papers and valid_through < desk_now()::date then reason || ' expired on ' || strftime(valid_through, '%Y-%m-%d')
        when has_papers and valid_through is not null then reason || ', valid through ' || strftime(valid_through, '%Y-%m-%d')
        else reason
    end as reason
from requirements
where client_account_id = $client_account_id
order by ordinal;

-- accounts/search(term)
-- Accounts whose id, names, e-mail, phone, owner ids or document ids contain the term: one row per match, best first.
with
asked as (
    select
        fold_text($term::varchar) as words,
        case
            when regexp_matches($term::varchar, '^[-+()./\s0-9]{6,}$') then ltrim(regexp_replace($term::varchar, '[^0-9]', '', 'g'), '0')
            else ''
        end as digits
),
matches as (
    select
        accounts_now.client_account_id,
        accounts_now.display_name,
        accounts_now.account_type,
        accounts_now.standing,
        accounts_now.turn,
        case
            when fold_text(accounts_now.client_account_id) = asked.words then 0
            when starts_with(fold_text(accounts_now.client_account_id), asked.words) then 1
            when fold_text(accounts_now.display_name) = asked.words then 2
            when starts_with(fold_text(accounts_now.display_name), asked.words) then 3
            when contains(' ' || fold_text(accounts_now.display_name), ' ' || asked.words) then 4
            else 5
        end as distance
    from accounts_now
    cross join asked
    where asked.words <> ''
        and (
            contains(accounts_now.search_text, asked.words)
            or (asked.digits <> '' and contains(accounts_now.search_text, asked.digits))
            or (
                contains(asked.words, ' ')
                and len(list_filter(string_split(asked.words, ' '), lambda word: not contains(accounts_now.search_text, word))) = 0
            )
        )
)
select client_account_id, display_name, account_type, standing, turn
from matches
order by distance, client_account_id;

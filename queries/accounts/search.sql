-- accounts/search(term)
-- Accounts whose id, names, email, phone, owner ids or document ids contain the term, best first: one row per match.
with
hits as (
    select client_account_id, display_name, account_type, standing, turn
    from accounts_now
    where fold_text($term::varchar) <> ''
        and (
            contains_words(search_text, fold_text($term::varchar))
            or (phone_digits($term::varchar) <> '' and contains(search_text, phone_digits($term::varchar)))
        )
),
folded as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        fold_text($term::varchar) as words,
        fold_text(client_account_id) as id_words,
        fold_text(display_name) as name_words
    from hits
),
matches as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        case
            when id_words = words then 0
            when starts_with(id_words, words) then 1
            when name_words = words then 2
            when starts_with(name_words, words) then 3
            when contains(' ' || name_words, ' ' || words) then 4
            else 5
        end as distance
    from folded
)
select client_account_id, display_name, account_type, standing, turn
from matches
order by distance, client_account_id;

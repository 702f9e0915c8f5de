-- accounts/search(term)
-- Accounts whose names, email, phone or one of their ids contain the term, best first: one row per match.
with
hits as (
    select client_account_id, display_name, account_type, standing, turn, string_split(search_text, chr(31)) as fields
    from accounts_now
    where $term::varchar <> ''
        and (
            contains_words(search_text, $term::varchar)
            or (phone_digits($term::varchar) <> '' and contains(search_text, phone_digits($term::varchar)))
        )
),
compared as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        replace($term::varchar, '‧', '') as words,
        fields[1] as id_words,
        coalesce(fields[2], '') as name_words
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
    from compared
)
select client_account_id, display_name, account_type, standing, turn
from matches
order by distance, client_account_id;

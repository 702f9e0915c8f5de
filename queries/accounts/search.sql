-- accounts/search(term, limit=100000, offset=0, contact=true)
-- Accounts whose names, e-mail, phone or ids contain the term, then those with a name like it: one row per match.
with
hits as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        searched_fields(search_text, $contact::boolean) as fields
    from accounts_now
    where $term::varchar <> ''
        and is_found_by(search_text, $term::varchar)
        and ($contact::boolean or is_found_by(text_without_contact(search_text), $term::varchar))
),
compared as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        fields,
        replace($term::varchar, '‧', '') as words,
        fields[1][2:] as id_words,
        coalesce(list_filter(fields, lambda field: ascii(field) = 2)[1][2:], '') as name_words
    from hits
),
typed as (
    select unnest(string_split($term::varchar, ' ')) as word
),
-- Names with one letter more, less, other or two swapped: the half without the mistake is compared first.
near as (
    select distinct replace($term::varchar, typed.word, name_words.word) as variant
    from typed
    join name_words
        on abs(len(name_words.word) - len(typed.word)) <= 1
        and (
            starts_with(name_words.word, typed.word[:len(typed.word) // 2 - 1])
            or ends_with(name_words.word, typed.word[-(len(typed.word) // 2 - 1):])
        )
        and damerau_levenshtein(name_words.word, typed.word) = 1
    where len(typed.word) >= 5
        and not regexp_matches(typed.word, '[0-9@+‧]')
        and (select count(*) from hits) < $limit::bigint + $offset::bigint
    order by variant
    limit 4
),
parted as (
    select longest_word(variant) as longest, string_split(variant, ' ') as words
    from near
),
alike as (
    select
        accounts_now.client_account_id,
        any_value(accounts_now.display_name) as display_name,
        any_value(accounts_now.account_type) as account_type,
        any_value(accounts_now.standing) as standing,
        any_value(accounts_now.turn) as turn,
        searched_fields(any_value(accounts_now.search_text), $contact::boolean) as fields,
        any_value(parted.longest) as looked_for
    from accounts_now
    join parted on contains(accounts_now.search_text, parted.longest)
    where len(list_filter(parted.words, lambda word: not contains(accounts_now.search_text, word))) = 0
        and (
            $contact::boolean
            or len(
                list_filter(
                    parted.words, lambda word: not contains(text_without_contact(accounts_now.search_text), word)
                )
            ) = 0
        )
    group by accounts_now.client_account_id
),
found as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        fields,
        null as looked_for,
        case
            when id_words = words then 0
            when starts_with(id_words, words) then 1
            when name_words = words then 2
            when starts_with(name_words, words) then 3
            when contains(' ' || name_words, ' ' || words) then 4
            else 5
        end as distance
    from compared
    union all
    select client_account_id, display_name, account_type, standing, turn, fields, looked_for, 6 as distance
    from alike
    anti join compared using (client_account_id)
),
ranked as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        fields,
        looked_for,
        distance,
        (select count(*) from found) as matches
    from found
    order by distance, client_account_id
    limit $limit::bigint offset $offset::bigint
),
explained as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        matches,
        distance,
        list_filter(
            fields,
            lambda field: case
                when looked_for is not null then contains(field, looked_for)
                else contains_word(field, longest_word($term::varchar))
                    or (phone_digits($term::varchar) <> '' and contains(field, phone_digits($term::varchar)))
            end
        )[1] as found
    from ranked
),
found_by_owner as (
    select client_account_id
    from explained
    where ascii(found) in (4, 5, 7)
),
people as (
    select
        client_account_id,
        list(concat_ws(' ', given_name, family_name)) as names,
        list(email_address) as email_addresses,
        list(client_owner_id) as owner_ids
    from owners
    semi join found_by_owner using (client_account_id)
    group by client_account_id
)
select
    client_account_id,
    display_name,
    account_type,
    standing,
    turn,
    field_name(ascii(found)) as found_in,
    found[2:] as found_text,
    case ascii(found) when 4 then people.names when 5 then people.email_addresses when 7 then people.owner_ids end
        as written_as,
    distance = 6 as is_similar,
    matches::integer as matches
from explained
left join people using (client_account_id)
order by distance, client_account_id;

-- accounts/search(term, limit=100000, offset=0)
-- Accounts whose names, e-mail, phone or one of their ids contain the term, best first: one row per match.
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
        fields,
        replace($term::varchar, '‧', '') as words,
        fields[1][2:] as id_words,
        coalesce(list_filter(fields, lambda field: ascii(field) = 2)[1][2:], '') as name_words
    from hits
),
ranked as (
    select
        client_account_id,
        display_name,
        account_type,
        standing,
        turn,
        fields,
        count(*) over () as matches,
        case
            when id_words = words then 0
            when starts_with(id_words, words) then 1
            when name_words = words then 2
            when starts_with(name_words, words) then 3
            when contains(' ' || name_words, ' ' || words) then 4
            else 5
        end as distance
    from compared
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
            lambda field: contains_word(field, longest_word($term::varchar))
                or (phone_digits($term::varchar) <> '' and contains(field, phone_digits($term::varchar)))
        )[1] as found
    from ranked
),
people as (
    select
        client_account_id,
        list(concat_ws(' ', given_name, family_name)) as names,
        list(email_address) as email_addresses,
        list(client_owner_id) as owner_ids
    from owners
    semi join explained using (client_account_id)
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
    matches::integer as matches
from explained
left join people using (client_account_id)
order by distance, client_account_id;

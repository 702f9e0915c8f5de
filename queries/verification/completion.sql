-- verification/completion(segment=null) from verification/outcomes(segment)
-- Share of links completed from a given time left (basis: ordinal, hours or all): one row per span and ordinal.
with
counted as (
    select hours_from, hours_until, ordinal, cases, completed, is_of_span
    from completion_within([
        {'hours_from': 0, 'hours_until': 1},
        {'hours_from': 1, 'hours_until': 3},
        {'hours_from': 3, 'hours_until': 6},
        {'hours_from': 6, 'hours_until': 12},
        {'hours_from': 12, 'hours_until': 24},
        {'hours_from': 24, 'hours_until': 48},
        {'hours_from': 48, 'hours_until': link_life_hours() + 1}
    ], $segment::varchar)
),
ordinals as (
    select unnest(range(1, links_allowed() + 1)) as ordinal
    union
    select ordinal from counted where ordinal is not null
),
found as (
    select
        of_all.hours_from,
        of_all.hours_until,
        ordinals.ordinal,
        coalesce(own.cases, of_all.cases) as cases,
        coalesce(own.completed, of_all.completed) as completed,
        case
            when own.ordinal is not null then 'ordinal'
            when of_all.is_of_span then 'hours'
            when of_all.cases > 0 then 'all'
        end as basis
    from counted as of_all
    cross join ordinals
    left join counted as own on own.hours_from = of_all.hours_from and own.ordinal = ordinals.ordinal
    where of_all.ordinal is null
)
select
    hours_from,
    least(hours_until, link_life_hours()) as hours_until,
    ordinal,
    cases,
    completed,
    completed / nullif(cases, 0) as share,
    is_few(cases) as is_few,
    basis
from found
order by hours_from desc, ordinal;

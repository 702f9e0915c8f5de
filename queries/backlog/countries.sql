-- backlog/countries()
-- Where customers live, by their first owner, most common first: one row per country.
select country, count(*) as accounts
from owners
where position = 0 and country is not null
group by country
order by accounts desc, country;

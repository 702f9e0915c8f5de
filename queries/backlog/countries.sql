-- backlog/countries()
-- Where customers live, by their first owner, most common first: one row per country.
select country, count(*) as accounts
from accounts_now
where country is not null
group by country
order by accounts desc, country;

-- DuckDB changes no table in the transaction that wrote its rows: hence a step of its own. Views and indexes are made
-- again after it.
alter table accounts drop column search_text;
alter table accounts rename column folded_text to search_text;
delete from views_applied;

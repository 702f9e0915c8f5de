-- The text that every search reads whole. The next step puts it in the place of the column before; migrations.py says how
-- it is stored from step 22 on.
drop index if exists accounts_by_account;
alter table accounts add column folded_text varchar;
update accounts set folded_text = search_text;

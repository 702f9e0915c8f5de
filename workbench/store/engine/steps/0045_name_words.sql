-- The different words of names, for terms with a typing mistake. Search texts say what each of their fields is; both are
-- made anew at the next start (search_text.py).
create table name_words (word varchar);
update accounts set search_text = null;

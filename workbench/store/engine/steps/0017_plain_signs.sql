-- Search compares plain signs from now on, and finds Bakkt's own ids. The text of every account is made again at the
-- start (search_text.py).
update accounts set search_text = null;
drop macro if exists fold_text;

-- How many times faster than life the desk's Bakkt is: 1, or more in practice. Its hours and days are shorter by that.
alter table desk_settings add column speed double;
update desk_settings set speed = 1;

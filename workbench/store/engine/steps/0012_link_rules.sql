-- The domain's constants that views read: how many links may expire, how long one works, and what is due soon. Opening
-- the database lands them. Macros that views no longer use are dropped.
alter table desk_settings add column links_allowed integer;
alter table desk_settings add column link_life_hours integer;
alter table desk_settings add column due_soon_hours integer;
drop macro table if exists documents_of;
drop macro if exists expirations_used;

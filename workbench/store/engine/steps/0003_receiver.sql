-- The bytes of a delivery that could not be counted, as they came; null for what an archive told.
alter table events_set_aside add column raw blob;

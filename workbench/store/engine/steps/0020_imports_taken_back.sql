-- Imports that were taken back, also those of which every id stayed because something else names it.
create table imports_taken_back (import_id varchar, taken_back_at timestamp, taken_back_by varchar, reason varchar);
insert into imports_taken_back
select import_id, max(changed_at), arg_max(changed_by, change_number), arg_max(reason, change_number)
from registry_changes
where is_taken_out and import_id is not null
group by import_id;

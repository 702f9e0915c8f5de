-- data/imports()
-- Imports of account ids, newest first: one row per import; ids_alone: those that taking it back would take out.
with
added as (
    select import_id, count(*) as ids_alone
    from added_alone
    group by import_id
),
taken_back as (
    select
        import_id,
        max(changed_at) as taken_back_at,
        arg_max(changed_by, change_number) as taken_back_by,
        arg_max(reason, change_number) as reason
    from registry_changes
    where is_taken_out
    group by import_id
)
select
    imports.import_id,
    imports.imported_at,
    imports.imported_by,
    imports.file_name,
    imports.sheet,
    imports.id_column,
    imports.ids,
    imports.registered,
    coalesce(added.ids_alone, 0) as ids_alone,
    taken_back.taken_back_at,
    taken_back.taken_back_by,
    taken_back.reason
from imports
left join added using (import_id)
left join taken_back using (import_id)
order by imports.imported_at desc, imports.import_id;

-- data/imports()
-- Imports, newest first: one row per import; taking it back takes out ids_alone and leaves ids_shared, named elsewhere.
with
added as (
    select import_id, count(*) as ids_alone
    from added_alone
    group by import_id
),
named as (
    select import_id, count(*) as ids_named
    from named_by_imports
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
    coalesce(named.ids_named, 0) - coalesce(added.ids_alone, 0) as ids_shared,
    imports.taken_back_at,
    imports.taken_back_by,
    imports.taken_back_reason as reason
from imports
left join added using (import_id)
left join named using (import_id)
order by imports.imported_at desc, imports.import_id;

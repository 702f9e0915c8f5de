-- Until when a business is ready for KYB screening, on its row: its checklist is met, with rulings, and KYB has not started
-- or ended without approval. 9999-12-31 if no document ends. Backlog counted checklists line by line before.
alter table accounts add column kyb_ready_through date;
update accounts
set kyb_ready_through = ready.holds_through
from (
    with
    lines as (
        select client_account_id, unnest(requirements, recursive := true)
        from accounts
        where is_entity
    ),
    rulings as (
        select client_account_id, requirement, client_owner_id, valid_through
        from kyb_rulings
        qualify not is_taken_back and row_number() over (
            partition by client_account_id, requirement, client_owner_id, client_document_id
            order by ruled_at desc, is_taken_back desc
        ) = 1
    ),
    ruled as (
        select
            client_account_id,
            requirement,
            client_owner_id,
            max(coalesce(valid_through, date '9999-12-31')) as ruled_through
        from rulings
        group by all
    ),
    manual as (
        select client_account_id, max(started_at) as started_at
        from kyb_starts
        where is_manual
        group by client_account_id
    ),
    endings as (
        select manual.client_account_id, arg_min(kyb_ends.ended_as, kyb_ends.ended_at) as ended_as
        from manual
        left join kyb_ends
            on kyb_ends.client_account_id = manual.client_account_id and kyb_ends.ended_at >= manual.started_at
        group by manual.client_account_id
    ),
    started as (
        select client_account_id from kyb_starts where not is_manual
        union
        select client_account_id from endings where coalesce(ended_as not in ('rejected', 'withdrawn'), true)
    ),
    judged as (
        select
            lines.client_account_id,
            greatest(
                case when has_documents then coalesce(valid_through, date '9999-12-31') end, ruled_through
            ) as holds_through
        from lines
        left join ruled
            on ruled.client_account_id = lines.client_account_id
            and ruled.requirement = lines.requirement
            and ruled.client_owner_id is not distinct from lines.client_owner_id
        anti join started on started.client_account_id = lines.client_account_id
    )
    select client_account_id, min(holds_through) as holds_through
    from judged
    group by client_account_id
    having count(*) = count(holds_through)
) as ready
where ready.client_account_id = accounts.client_account_id;
-- A view and macros that nothing uses any longer.
drop view if exists backlog_kyb_ready;
drop macro if exists is_step_within;
drop macro if exists counted_step;
delete from views_applied;

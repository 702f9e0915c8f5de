"""The desk's targets and settings that queries read."""

from collections.abc import Sequence

import duckdb

from workbench.domain.standing.targets import Target
from workbench.store.derived.derivation import derive
from workbench.store.engine.staging import schema, staged, table_of

_TARGETS = schema(standing="text", hours="number", valid_from="time")


def land_targets(cursor: duckdb.DuckDBPyConnection, targets: Sequence[Target]) -> None:
    """Puts targets in force; a target that is already in force keeps its date.

    Accounts without a due date get one: the first known target applies to older rows.
    """
    rows = [(target.standing.value, target.hours, target.valid_from) for target in targets]
    with staged(cursor, incoming=table_of(_TARGETS, rows)):
        cursor.execute(
            """
            insert into targets
            with in_force as (
                select standing, hours
                from targets
                qualify row_number() over (partition by standing order by valid_from desc) = 1
            )
            select incoming.standing, incoming.hours, incoming.valid_from
            from incoming
            left join in_force using (standing)
            where in_force.hours is distinct from incoming.hours
            """
        )
    waiting = cursor.execute(
        "select client_account_id from accounts semi join targets using (standing) where due_at is null"
    ).fetchall()
    derive(cursor, [client_account_id for (client_account_id,) in waiting])


def land_desk_settings(cursor: duckdb.DuckDBPyConnection, link_warning_hours: float, speed: float) -> None:
    known = cursor.execute("select link_warning_hours, speed from desk_settings").fetchone()
    if known != (link_warning_hours, speed):
        cursor.execute("delete from desk_settings")
        cursor.execute(
            "insert into desk_settings (link_warning_hours, speed) values (?, ?)", [link_warning_hours, speed]
        )

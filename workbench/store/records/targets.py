"""The desk's targets and settings that queries read."""

from collections.abc import Sequence

import duckdb

from workbench.domain.links.links import LINK_LIFE_HOURS
from workbench.domain.links.requests import LINKS_ALLOWED
from workbench.domain.standing.targets import DUE_SOON_HOURS, Target
from workbench.store.derived.states import derive
from workbench.store.engine.staging import schema, staged, table_of

_TARGETS = schema(standing="text", hours="number", valid_from="time")
_RULE_COLUMNS = "links_allowed, link_life_hours, due_soon_hours"
_RULES = (LINKS_ALLOWED, LINK_LIFE_HOURS, DUE_SOON_HOURS)


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


def land_desk_settings(
    cursor: duckdb.DuckDBPyConnection, link_warning_hours: float | None, speed: float | None
) -> None:
    settings = (link_warning_hours, speed, *_RULES)
    if cursor.execute(f"select link_warning_hours, speed, {_RULE_COLUMNS} from desk_settings").fetchone() != settings:
        cursor.execute("delete from desk_settings")
        cursor.execute(
            f"insert into desk_settings (link_warning_hours, speed, {_RULE_COLUMNS}) values (?, ?, ?, ?, ?)", settings
        )


def has_current_rules(cursor: duckdb.DuckDBPyConnection) -> bool:
    """Whether the database has the domain's constants of this version of the code."""
    return cursor.execute(f"select {_RULE_COLUMNS} from desk_settings").fetchone() == _RULES


def land_rules(cursor: duckdb.DuckDBPyConnection) -> None:
    """Puts the domain's constants beside the desk's settings, so that views read them in any shell."""
    known = cursor.execute("select link_warning_hours, speed from desk_settings").fetchone()
    land_desk_settings(cursor, *(known or (None, None)))

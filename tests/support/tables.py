"""The tables under a store, read and changed as no page can: for what the queries do not show."""

from typing import Any

from workbench.store import Store


def select(store: Store, sql: str, parameters: object = None) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with store.database.reader() as cursor:
        return cursor.execute(sql, parameters).fetchall()


def select_one(store: Store, sql: str, parameters: object = None) -> tuple[Any, ...]:
    """The only row of one statement."""
    (row,) = select(store, sql, parameters)
    return row


def change(store: Store, sql: str, parameters: object = None) -> None:
    """One statement in a transaction of its own."""
    with store.database.writer() as cursor:
        cursor.execute(sql, parameters)


def table_names(store: Store) -> list[str]:
    found = select(store, "select table_name from duckdb_tables() where not temporary order by all")
    return [name for (name,) in found]

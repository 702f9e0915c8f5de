"""Filters for the rows of a list."""

from dataclasses import replace
from typing import Any, TypeAlias

import pyarrow.compute as pc

from workbench.ui.live.cached_queries import QueryResult

Condition: TypeAlias = Any
"""A pyarrow expression over a list's columns; pyarrow ships no types."""


def where(column: str, *values: str | int) -> Condition:
    return pc.field(column).isin(list(values))


def is_given(column: str) -> Condition:
    return pc.field(column).is_valid()


def narrowed(reading: QueryResult, *conditions: Condition | None) -> QueryResult:
    """Return the rows that meet every condition, in order; a condition of None is ignored."""
    table = reading.table
    for condition in conditions:
        if condition is not None:
            table = table.filter(condition)
    return replace(reading, table=table)

"""Catalogue queries as pages read them: cached until the data changes, a minute at most."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.ui.desk import current_desk, placement

Param = str | int | float | date | None

CACHED_SECONDS = 60
CACHED_READS = 48


@dataclass(frozen=True, slots=True)
class Reading:
    """A query's answer, the moment it was asked and the data version it was asked of."""

    table: pa.Table
    read_at: datetime
    data_version: int

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()  # type: ignore[no-any-return]

    @property
    def first(self) -> dict[str, Any]:
        """The only row of a one-row answer; empty when there is none."""
        return self.table.slice(0, 1).to_pylist()[0] if self.table.num_rows else {}


def read(name: str, **params: Param) -> Reading:
    """Run a catalogue query, or give the answer it had for this data version."""
    store = current_desk().store
    return _read(name, tuple(sorted(params.items())), store.data_version, placement().serial)


def read_once(name: str, **params: Param) -> Reading:
    """Run a catalogue query and keep nothing: for one customer's data, terms that may be names, and long answers."""
    store = current_desk().store
    data_version = store.data_version
    return Reading(store.read(name, **params), datetime.now(UTC), data_version)


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_READS, show_spinner=False)
def _read(name: str, params: tuple[tuple[str, Param], ...], data_version: int, desk_serial: int) -> Reading:  # noqa: ARG001 - they are the cache's key
    table = current_desk().store.read(name, **dict(params))
    return Reading(table, datetime.now(UTC), data_version)

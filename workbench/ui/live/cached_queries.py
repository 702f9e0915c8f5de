"""Catalogue queries for the pages, cached until the data version changes, for a minute at most.

What is cached is shared by everybody, but for rows that say what a customer is called or what somebody wrote: these are
cached for one session alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pyarrow as pa
import streamlit as st

from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.access.permitted import require_query
from workbench.access.policy import Role
from workbench.store.engine.catalogue import find_query
from workbench.ui.live.current_desk import calm_data_version, current_desk, desk_holder, shown_data_version

Param = str | int | float | date | None
DataVersion = int | tuple[int, int] | None

CACHED_SECONDS = 60
CACHED_READS = 48
CACHED_SOURCES = 6
"""Rows that other queries read can be many: those of one data version are enough, of everybody and of a segment, and by
two properties."""


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A query's result, and which query it is of, with its parameters, if it is one.

    Whatever happened up to ``read_at`` is in it, and perhaps a little more. ``arranged`` says, as a sentence, how the
    rows differ from the query's own.
    """

    table: pa.Table
    read_at: datetime
    name: str = ""
    params: Mapping[str, Param] = field(default_factory=dict)
    arranged: str = ""

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.table.to_pylist()  # type: ignore[no-any-return]

    @property
    def first(self) -> dict[str, Any]:
        """The first row as a dict; empty if there are no rows."""
        return self.table.slice(0, 1).to_pylist()[0] if self.table.num_rows else {}


def read(name: str, **params: Param) -> QueryResult:
    """Run a catalogue query, or return its cached result for the current data version."""
    return _read(name, params, shown_data_version())


def read_calmly(name: str, **params: Param) -> QueryResult:
    """Run a query for a figure: its result changes once a minute at most, and with all others that are read so."""
    return _read(name, params, calm_data_version())


def read_slow_moving(name: str, **params: Param) -> QueryResult:
    """Run a query whose result changes over days: it may be a minute old, even if the data version has changed."""
    return _read(name, params, None)


def read_of_account(name: str, client_account_id: str, **params: Param) -> QueryResult:
    """Run a query about one customer, or return what this session read since the last commit, for a minute at most.

    The store's own version is part of the key, so that what was just done shows at once; the shown version also grows
    with time alone, as links expire.
    """
    desk = current_desk()
    require_query(desk.acting, name)
    return _read_for_session(
        name=name,
        params=(("client_account_id", client_account_id), *sorted(params.items())),
        data_version=(shown_data_version(), desk.store.data_version),
        desk_serial=desk_holder().serial,
        role=desk.acting.person.role,
    )


def read_in_batches(name: str, **params: Param) -> pa.RecordBatchReader:
    """Run a catalogue query for a download of all its rows, which are fetched as the file is written."""
    return current_desk().store.read_in_batches(name, **params)


def read_uncached(name: str, **params: Param) -> QueryResult:
    """Run a catalogue query uncached: for search terms that may be names, and what no commit announces."""
    return _read_now(name, params)


@cache
def is_personal(name: str) -> bool:
    """Whether the rows of the query may hold personal data, as one of its columns does, or a name is searched by it."""
    if find_query(name).searches_names:
        return True
    return not PERSONAL_COLUMNS.isdisjoint(current_desk().store.columns_of(name))


def _read(name: str, params: Mapping[str, Param], data_version: DataVersion) -> QueryResult:
    """Asked of the person first, as what others read may be cached; their own rows are cached for their role."""
    acting = current_desk().acting
    require_query(acting, name)
    given, serial = tuple(sorted(params.items())), desk_holder().serial
    if is_personal(name):
        return _read_for_session(
            name=name, params=given, data_version=data_version, desk_serial=serial, role=acting.person.role
        )
    return _read_for_all(name=name, params=given, data_version=data_version, desk_serial=serial)


def _read_whole(
    name: str,
    params: tuple[tuple[str, Param], ...],
    data_version: DataVersion,
    desk_serial: int,
    role: Role | None = None,  # noqa: ARG001 - a key of the cache of one session, whose rows are masked by role
) -> QueryResult:
    query = find_query(name)
    if query.source is None:
        return _read_now(name, dict(params))
    asked = tuple(query.asked_of_source(dict(params)).items())
    read_before = _read_source(query.source, asked, data_version, desk_serial)
    table = current_desk().store.read_from(read_before.table, name, **dict(params))
    return QueryResult(table, read_before.read_at, name, dict(params))


_read_for_all = st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_READS, show_spinner=False)(_read_whole)
_read_for_session = st.cache_resource(
    ttl=CACHED_SECONDS, max_entries=CACHED_READS, show_spinner=False, scope="session"
)(_read_whole)


@st.cache_resource(ttl=CACHED_SECONDS, max_entries=CACHED_SOURCES, show_spinner=False)
def _read_source(
    name: str,
    params: tuple[tuple[str, Any], ...],
    data_version: DataVersion,  # noqa: ARG001 - it is part of the cache's key
    desk_serial: int,  # noqa: ARG001 - it is part of the cache's key
) -> QueryResult:
    """Read what several queries read once for all; it is shared, so it holds no account but counts, also of one."""
    return _read_now(name, dict(params))


def _read_now(name: str, params: dict[str, Param]) -> QueryResult:
    began_at = datetime.now(UTC)
    return QueryResult(current_desk().store.read(name, **params), began_at, name, params)

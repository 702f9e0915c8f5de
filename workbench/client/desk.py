"""The workbench's data for analysts: ``open_desk()`` finds it, wherever it is.

desk = open_desk()
desk.queries()                                                  # what can be asked
desk.funnel.steps(path="individual", since="2026-10-01").df     # the numbers of the page
desk.sql("from journey where standing = 'active'").df           # SQL of your own, on a published copy
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from workbench.client.server import Server, find_server
from workbench.domain.errors import InputError, StoreError
from workbench.domain.moments import aware
from workbench.settings import Settings, read_settings

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_CATEGORIES = frozenset(
    {
        *("account_type", "standing", "turn", "link_state", "country", "issue_country", "step", "last_step", "path"),
        *("kind", "outcome", "role", "document_type", "document_side", "request_status", "settlement_method"),
        *("party_status", "reason_code", "origin", "requirement", "field"),
    }
)
"""Columns with few different values, which pandas keeps as categories."""
_WORDS_FOR_VALUES: Mapping[str, bool | None] = {"null": None, "true": True, "false": False}


class Source(Protocol):
    """Where the answers come from: a running workbench, a published copy, or a file."""

    @property
    def words(self) -> str: ...

    @property
    def as_of(self) -> datetime:
        """Of when the next answer is, in UTC."""
        ...

    @property
    def identity(self) -> str | None:
        """What a published copy carries if it is this desk's; None if that is not known."""
        ...

    def catalogue(self) -> list[dict[str, Any]]: ...

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Answer:
    """The rows of one query: ``.df`` for pandas, ``.arrow`` as they came, ``.sql`` and ``.as_of`` say what they are."""

    name: str
    parameters: Mapping[str, object]
    arrow: pa.Table = field(repr=False)
    sql: str = field(repr=False)
    as_of: datetime

    @property
    def df(self) -> pd.DataFrame:
        """Times in UTC, whole numbers that may be missing, and categories where there are few values."""
        import pandas as pd
        import pyarrow as pa

        whole = {pa.int8(): pd.Int8Dtype(), pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype()}
        kinds: dict[pa.DataType, Any] = {**whole, pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
        frame = _in_utc(self.arrow).to_pandas(types_mapper=kinds.get)
        categories = [name for name in frame.columns if name in _CATEGORIES]
        found: pd.DataFrame = frame.astype(dict.fromkeys(categories, "category"))
        return found

    def __len__(self) -> int:
        return int(self.arrow.num_rows)

    def _repr_html_(self) -> str:
        return str(self.df._repr_html_())  # type: ignore[operator]


class Topic:
    """The questions of one topic as functions, with their parameters and what they answer."""

    def __init__(self, questions: Mapping[str, Callable[..., Answer]]) -> None:
        self.__dict__.update(questions)

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Callable[..., Answer]: ...

    def __dir__(self) -> Iterable[str]:
        return sorted(self.__dict__)

    def __repr__(self) -> str:
        return "\n".join(f"{name}{inspect.signature(ask)}" for name, ask in sorted(self.__dict__.items()))


class AnalystDesk:
    """What a workbench knows, by topic: ``desk.funnel``, ``desk.verification``, ``desk.backlog`` and so on."""

    def __init__(self, source: Source, published_folder: Path) -> None:
        self._source = source
        self._published_folder = published_folder
        self._catalogue = {one["name"]: one for one in source.catalogue()}
        topics: dict[str, dict[str, Callable[..., Answer]]] = {}
        for name, query in self._catalogue.items():
            topic, question = name.split("/")
            topics.setdefault(topic, {})[question] = self._function_of(query)
        self._topics = {topic: Topic(questions) for topic, questions in topics.items()}

    def __getattr__(self, name: str) -> Topic:
        topics: dict[str, Topic] = self.__dict__.get("_topics", {})
        if name not in topics:
            raise AttributeError(f"There is no topic {name}. Topics: {', '.join(sorted(topics))}.")
        return topics[name]

    def __dir__(self) -> Iterable[str]:
        return sorted([*super().__dir__(), *self._topics])

    def __repr__(self) -> str:
        accounts = self.ask("data/health").arrow.to_pylist()[0]["registered"]
        return f"<desk: {self._source.words}, as of {self._source.as_of:%Y-%m-%d %H:%M} UTC, {accounts:,} accounts>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._source.close()

    def queries(self) -> pd.DataFrame:
        """Everything that can be asked: name, what it answers, and its parameters with their defaults."""
        import pandas as pd

        rows = [
            {"name": name, "answers": query["sentence"], "parameters": _in_words(_signature_of(query))}
            for name, query in self._catalogue.items()
        ]
        return pd.DataFrame(rows, columns=["name", "answers", "parameters"])

    def ask(self, name: str, **parameters: object) -> Answer:
        """The rows of the query with this name. Raises InputError, StoreError."""
        query = self._catalogue.get(name)
        if query is None:
            raise InputError(f"There is no query {name}.", next_step="List them with desk.queries().")
        as_of = self._source.as_of
        return Answer(name, parameters, self._source.query(name, parameters), query["sql"], as_of)

    def sql(self, statement: str) -> Answer:
        """The rows of a statement such as ``from journey limit 10``, on the newest published copy.

        Raises InputError with DuckDB's words if it is wrong, or if the copy is another desk's, and StoreError if
        there is no copy that this version reads.
        """
        source = _CopySource(self._published_folder, self._source.identity)
        try:
            return Answer("sql", {}, source.sql(statement), statement, source.as_of)
        finally:
            source.close()

    def _function_of(self, query: Mapping[str, Any]) -> Callable[..., Answer]:
        name, signature = query["name"], _signature_of(query)

        def ask(*args: object, **given: object) -> Answer:
            return self.ask(name, **signature.bind(*args, **given).arguments)

        ask.__name__ = name.split("/")[1]
        ask.__qualname__ = name.replace("/", ".")
        ask.__doc__ = query["sentence"]
        ask.__signature__ = signature  # type: ignore[attr-defined]
        return ask


def open_desk(database: str | Path | None = None) -> AnalystDesk:
    """The workbench's data: of the workbench that runs, else of its copy in PUBLISH_FOLDER, else of its database file.

    WORKBENCH_URL and WORKBENCH_TOKEN name a workbench on another machine; else ``database``, or the setting
    WORKBENCH_DATABASE, says whose it is. If the file cannot be opened, a copy is used that may be its own.
    Raises SettingsError, StoreError.
    """
    settings = read_settings()
    if database is not None:
        settings = settings.model_copy(update={"workbench_database": Path(database)})
    return AnalystDesk(_find_source(settings, is_named=database is not None), settings.published_folder)


def _find_source(settings: Settings, *, is_named: bool) -> Source:
    server = find_server(settings)
    if server is not None:
        return _ServerSource(server)
    folder = settings.published_folder
    try:
        file = _FileSource(settings)
    except StoreError:
        is_anybodys = is_named and settings.publish_folder is not None
        if is_anybodys or not has_copy(folder):
            raise
        return _CopySource(folder)
    if settings.publish_folder is not None and file.identity is not None and has_copy(folder, file.identity):
        file.close()
        return _CopySource(folder, file.identity)
    return file


class _ServerSource:
    def __init__(self, server: Server) -> None:
        self._server = server
        self.identity = server.identity()

    @property
    def words(self) -> str:
        return f"the workbench at {self._server.url}"

    def catalogue(self) -> list[dict[str, Any]]:
        return self._server.queries()

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        return self._server.query(name, parameters)

    @property
    def as_of(self) -> datetime:
        return datetime.now(UTC)

    def close(self) -> None:
        self._server.close()


class _CopySource:
    def __init__(self, folder: Path, identity: str | None = None) -> None:
        from workbench.store.published.copy import PublishedCopy

        self._copy = PublishedCopy(folder, identity)
        self.identity = identity

    @property
    def words(self) -> str:
        return f"the published copy in {self._copy.folder}"

    @property
    def as_of(self) -> datetime:
        return aware(self._copy.as_of)

    def catalogue(self) -> list[dict[str, Any]]:
        from workbench.store.engine.catalogue import listed_catalogue

        return listed_catalogue()

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        from workbench.access.masked_tables import without_personal_columns

        return without_personal_columns(self._copy.query(name, parameters))

    def sql(self, statement: str) -> pa.Table:
        return self._copy.sql(statement)

    def close(self) -> None:
        self._copy.close()


def has_copy(folder: Path, identity: str | None = None) -> bool:
    """Whether the folder holds a copy that this version reads, of this desk if it is named.

    Loads DuckDB only if there may be one.
    """
    if not folder.is_dir():
        return False
    from workbench.store.published.manifest import is_current, read_manifest

    manifest = read_manifest(folder)
    return manifest is not None and is_current(manifest) and identity in {None, manifest.desk}


class _FileSource:
    def __init__(self, settings: Settings) -> None:
        from workbench.store.engine.read_only import ReadOnlyFile  # loads DuckDB, which the other source does not need
        from workbench.store.published.identity import identity_from
        from workbench.store.records.sealing import Seal

        self._file = ReadOnlyFile(settings.workbench_database)
        key = Seal(settings.workbench_database).known_digest_key()
        self.identity = identity_from(self._file.source(), key) if key else None

    @property
    def words(self) -> str:
        return f"the file {self._file.path}"

    @property
    def as_of(self) -> datetime:
        return datetime.now(UTC)

    def catalogue(self) -> list[dict[str, Any]]:
        from workbench.store.engine.catalogue import listed_catalogue

        return listed_catalogue()

    def query(self, name: str, parameters: Mapping[str, object]) -> pa.Table:
        from workbench.access.masked_tables import masked_table

        return masked_table(self._file.query(name, parameters))

    def close(self) -> None:
        self._file.close()


def _signature_of(query: Mapping[str, Any]) -> inspect.Signature:
    """Required parameters first; all can be given by name."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [
        inspect.Parameter(name, kind, default=inspect.Parameter.empty if default is None else _default(default))
        for name, default in sorted(query["parameters"].items(), key=lambda pair: pair[1] is not None)
    ]
    return inspect.Signature(parameters, return_annotation="Answer")


def _in_words(signature: inspect.Signature) -> str:
    return ", ".join(map(str, signature.parameters.values()))


def _default(written: str) -> str | float | None:
    """A default of a query's header as Python writes it."""
    if written in _WORDS_FOR_VALUES:
        return _WORDS_FOR_VALUES[written]
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return written


def _in_utc(rows: pa.Table) -> pa.Table:
    import pyarrow as pa

    for position, column in enumerate(rows.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz is None:
            rows = rows.set_column(position, column.name, rows.column(position).cast(pa.timestamp("us", "UTC")))
    return rows

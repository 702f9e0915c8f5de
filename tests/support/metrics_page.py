"""docs/metrics.md, made from the headers of the SQL files: ``python -m tests.support.metrics_page`` updates it."""

import re
from collections.abc import Iterator
from itertools import groupby

import pyarrow as pa

from tests.support.query_parameters import parameters_of
from tests.support.running import ROOT
from tests.support.stores import new_store
from workbench.access.masked_tables import PERSONAL_COLUMNS
from workbench.store import Store
from workbench.store.engine.catalogue import Query, catalogue, words_of_parameter

PAGE = ROOT / "docs" / "metrics.md"
HEAD = """# Metrics

Every number of the workbench is a column of one of these queries: on the pages, in the API, in notebooks and on the
command line. `queries/<topic>/<question>.sql` is the definition. This page is made from those files by
`python -m tests.support.metrics_page`.

A parameter without a default has to be given; null means that it does not filter. Times are UTC. A column marked † is
personal: the API needs the scope *personal* for it, and a published copy leaves it empty.
"""
_UNITS = (
    (r"(.*_)?hours(_.*)?", "hours"),
    (r"(.*_)?seconds", "seconds"),
    (r"(.*_)?days(_.*)?", "days"),
    (r"(.*_)?(share|chance)(_.*)?", "share from 0 to 1"),
    (r"(.*_)?percent", "percent"),
    (r"ordinal|position", "which one, counted up"),
)
"""The unit of a number by the name of its column."""


def metrics_page(empty: Store) -> str:
    parts = [HEAD]
    for topic, queries in groupby(catalogue().values(), key=lambda query: query.name.split("/")[0]):
        parts.append(f"\n## {topic}\n")
        parts.extend(_section(empty, query) for query in queries)
    return "".join(parts)


def _section(empty: Store, query: Query) -> str:
    lines = [f"\n### {query.name}\n\n{query.sentence}\n"]
    if query.source:
        lines.append(f"\nCounts the rows of {query.source}.\n")
    if query.defaults:
        lines.append("\n| parameter | default | value |\n|---|---|---|\n")
        lines.extend(_parameter(name, default) for name, default in query.defaults.items())
    lines.append("\n| column | unit |\n|---|---|\n")
    lines.extend(_columns(empty.read(query.name, **parameters_of(query)).schema))
    return "".join(lines)


def _parameter(name: str, default: str | None) -> str:
    return f"| `{name}` | {'' if default is None else f'`{default}`'} | {words_of_parameter(name)} |\n"


def _columns(schema: pa.Schema) -> Iterator[str]:
    for column in schema:
        mark = " †" if column.name in PERSONAL_COLUMNS else ""
        yield f"| `{column.name}`{mark} | {unit_of(column.name, column.type)} |\n"


def unit_of(name: str, kind: pa.DataType) -> str:
    if pa.types.is_timestamp(kind):
        return "time"
    if pa.types.is_date(kind):
        return "day"
    if pa.types.is_boolean(kind):
        return "true or false"
    if pa.types.is_list(kind):
        return f"list, each: {unit_of(name, kind.value_type)}"
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return next((unit for pattern, unit in _UNITS if re.fullmatch(pattern, name)), "number")
    return "id" if name.endswith("_id") else "text"


if __name__ == "__main__":
    PAGE.write_text(metrics_page(new_store()), encoding="utf-8")

"""What untrusted SQL may consist of, judged on DuckDB's own parse of it before it is run.

Everything is refused that is not known: tables that the copy does not have (a file's name among them), functions that
read files or the system, and all statements but one that selects.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from workbench.domain.errors import InputError

LONGEST_STATEMENT = 20_000
TABLE_FUNCTIONS = frozenset({"range", "generate_series", "unnest"})
_OF_THE_SYSTEM = re.compile(
    r"(pg|duckdb|pragma|read|inet|enable|disable|parse_duckdb|sleep|has|__internal|icu|st)_.*|.*_description"
    r"|current_(setting|user|role|catalog|database|schemas?|query|query_id|connection_id|transaction_id)"
    r"|session_user|user|txid_current|in_search_path|getvariable|getenv|version|get_block_size|nextval|currval|setseed"
    r"|stats|vector_type|write_log|finalize|combine|json_(de)?serialize_.*|query(_table)?|glob|checkpoint|which_secret"
)
"""Functions that tell of the machine, the settings or the connection, change something, or run another statement."""
_VALUES_OF_THE_SYSTEM = frozenset(
    {"user", "current_user", "session_user", "current_role", "current_catalog", "current_database", "current_schema"}
)
"""Written like a column: DuckDB takes them for a function where there is no such column."""
_ABOUT_ITSELF = (
    "(function_type = 'pragma' or starts_with(function_name, 'duckdb_') or starts_with(function_name, 'pragma_'))"
)
_SOURCES = frozenset(
    {"BASE_TABLE", "TABLE_FUNCTION", "SUBQUERY", "JOIN", "EXPRESSION_LIST", "EMPTY", "PIVOT", "SHOW_REF"}
)
_NO_SOURCES = re.compile(r"[A-Z_]+_(NODE|MODIFIER)")


@dataclass(frozen=True, slots=True)
class Names:
    """What a statement may name."""

    tables: frozenset[str]
    table_functions: frozenset[str]
    functions: frozenset[str]
    of_duckdb: frozenset[str]
    """Names of DuckDB's own views and functions about itself, which a statement may give to nothing of its own."""


def read_names(connection: duckdb.DuckDBPyConnection) -> Names:
    """The tables, views and macros of the database that is in use, and DuckDB's functions that are harmless."""
    tables = _names(connection, "table_name from duckdb_tables() where database_name = current_database()")
    views = _names(
        connection, "view_name from duckdb_views() where not internal and database_name = current_database()"
    )
    ours = "function_name from duckdb_functions() where not internal and database_name = current_database()"
    macros, table_macros = (
        _names(connection, f"{ours} and function_type = '{kind}'") for kind in ("macro", "table_macro")
    )
    internal = "function_name from duckdb_functions() where internal and function_type in "
    functions = _names(connection, f"{internal} ('scalar', 'aggregate', 'macro')")
    harmless = {name for name in functions if not _OF_THE_SYSTEM.fullmatch(name)}
    own_views = _names(connection, "view_name from duckdb_views() where internal")
    about_itself = _names(connection, "function_name from duckdb_functions() where internal and " + _ABOUT_ITSELF)
    return Names(
        tables | views,
        TABLE_FUNCTIONS | table_macros,
        frozenset(harmless | macros | {"unnest", "ago", "columns"}),
        own_views | about_itself,
    )


def is_complete(statement: str) -> bool:
    """Whether DuckDB can read it to its end, as it can read nothing at all."""
    with duckdb.connect(":memory:") as connection:
        try:
            connection.extract_statements(statement)
        except duckdb.Error:
            return False
    return True


def refuse_other_than_select(connection: duckdb.DuckDBPyConnection, statement: str, names: Names) -> None:
    """Raises InputError unless it is one statement that selects from the copy alone."""
    if len(statement) > LONGEST_STATEMENT:
        raise _refused(f"The statement is longer than {LONGEST_STATEMENT:,} characters.")
    if "\x00" in statement:  # DuckDB would read only what stands before it
        raise _refused("The statement contains a NUL character.")
    try:
        _refuse(_tree_of(connection, statement), names)
    except RecursionError as error:
        raise _refused("The statement is nested too deeply.") from error


def _names(connection: duckdb.DuckDBPyConnection, what: str) -> frozenset[str]:
    return frozenset(name.lower() for (name,) in connection.execute(f"select {what}").fetchall())


def _tree_of(connection: duckdb.DuckDBPyConnection, statement: str) -> dict[str, Any]:
    """DuckDB's parse of the statement."""
    try:
        found = connection.extract_statements(statement)
    except duckdb.Error as error:
        raise _refused(_first_words(error)) from error
    if not found:
        raise _refused("There is no statement.")
    if len(found) > 1 or found[0].type != duckdb.StatementType.SELECT:
        raise _refused("Only one statement that selects is run, such as: from accounts limit 10")
    row = connection.execute("select json_serialize_sql($sql)", {"sql": found[0].query}).fetchone()
    tree: dict[str, Any] = json.loads(row[0]) if row else {"error": True}
    if tree.get("error") or len(tree.get("statements", [])) != 1:
        raise _refused("Only one statement that selects is run, such as: from accounts limit 10")
    return tree


def _refuse(tree: object, names: Names, own: frozenset[str] = frozenset()) -> None:
    """``own``: names of the statement's own that can be used here."""
    if isinstance(tree, list):
        for node in tree:
            _refuse(node, names, own)
    elif isinstance(tree, dict):
        own = _with_ctes_of(tree, names, own)
        if "class" in tree:
            _refuse_expression(tree, names)
        elif isinstance(tree.get("type"), str) and "sample" in tree and "alias" in tree:
            _refuse_source(tree, names, own)
        for name, node in tree.items():
            if name != "cte_map":
                _refuse(node, names, own)


def _with_ctes_of(node: dict[str, Any], names: Names, own: frozenset[str]) -> frozenset[str]:
    """The names that can be used within the node. A common table expression sees those before it, as in DuckDB."""
    for entry in node.get("cte_map", {}).get("map", ()):
        _refuse(entry["value"], names, own)
        own |= _checked_name(entry["key"], names)
    return own | _checked_name(node["cte_name"], names) if "cte_name" in node else own


def _checked_name(name: str, names: Names) -> frozenset[str]:
    if name.lower() in names.of_duckdb:  # where it is not in sight, DuckDB would read its own view instead
        raise _refused(f"{name} is a name of DuckDB's own. Choose another after with.")
    return frozenset({name.lower()})


def _refuse_source(node: dict[str, Any], names: Names, own: frozenset[str]) -> None:
    kind = node["type"]
    if kind not in _SOURCES or (kind == "SHOW_REF" and node.get("query") is None):
        raise _refused("That kind of source is not available here.")
    if kind == "BASE_TABLE":
        catalog, schema, table = (node[part].lower() for part in ("catalog_name", "schema_name", "table_name"))
        is_ours = catalog in {"", "desk"} and schema in {"", "main"} and table in names.tables
        if not is_ours and (catalog or schema or table not in own):
            raise _refused(f"There is no table {node['table_name']}.")
    if kind == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in names.table_functions:
            raise _refused(f"The function {name or 'in from'} is not available here.")


def _refuse_expression(node: dict[str, Any], names: Names) -> None:
    name = node.get("function_name")
    if isinstance(name, str) and name.lower() not in names.functions | names.table_functions:
        raise _refused(f"The function {name} is not available here.")
    columns = node.get("column_names")
    if isinstance(columns, list) and len(columns) == 1 and str(columns[0]).lower() in _VALUES_OF_THE_SYSTEM:
        raise _refused(f"{columns[0]} is not available here.")
    if node["class"] == "PARAMETER":
        raise _refused("Write values into the statement: it has no parameters.")


def _first_words(error: duckdb.Error) -> str:
    return str(error).strip()[:1000]


def _refused(words: str) -> InputError:
    return InputError(words, title="The statement cannot be run")

"""Every catalogue file runs on an empty and a seeded store and in any DuckDB, and follows the SQL conventions."""

import re
from pathlib import Path

import duckdb
import pytest

import workbench.store
from tests.support.kept_segments import kept_segment
from tests.support.query_parameters import parameters_of
from workbench.domain.errors import InputError
from workbench.domain.vocabulary import Outcome, Standing
from workbench.store import Store
from workbench.store.engine.catalogue import FOLDER, FUNNEL_PROPERTIES, Query, catalogue, macro_of
from workbench.store.engine.migrations import VIEWS

FREE_TEXT = {
    *("account_type", "actor", "author", "client_account_id", "country", "kind", "outcome", "slot", "term"),
    *("reason", "first_group", "second_group", "value", "subject", "act", "about"),
}
"""Parameters that accept any text."""

COLUMNS = {
    "accounts/standing": "client_account_id, account_type, display_name, standing, turn, standing_since, age_hours, "
    "due_at, can_trade_crypto, link_state, is_restricted_by_event, contradiction",
    "accounts/search": "client_account_id, display_name, account_type, standing, turn",
    "verification/backlog": "client_account_id, display_name, standing_since, age_hours, link_state, link_expires_at, "
    "hours_left, expirations_used, expirations_left, turn",
    "verification/expiring": "client_account_id, link_expires_at, hours_left, expirations_left",
    "backlog/stuck": "client_account_id, standing, turn, age_hours, due_at, hours_overdue",
    "kyb/checklist": "client_account_id, requirement, client_owner_id, is_met, reason",
    "quality/missing_fields": "client_account_id, field",
    "funnel/steps": "ordinal, step, accounts, accounts_mature, share_of_entered, share_of_previous, median_hours, "
    "p90_hours, undated, entered_mature, entered_immature",
    "funnel/times": "step, hours, accounts, share_done",
    "funnel/verification_branch": "standing, accounts",
    "sync/runs": "run_id, started_at, finished_at, accounts_due, accounts_read, accounts_failed, requests",
}
"""Issue 2, section 7."""

EVERY_FILE = sorted(FOLDER.glob("*/*.sql"))
EVERY_QUERY = sorted(catalogue())


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_every_question_has_an_answer_on_an_empty_desk(empty: Store, name: str) -> None:
    table = empty.read(name, **parameters_of(catalogue()[name]))
    assert table.num_columns > 0
    assert not any("desk_now" in column or "(" in column for column in table.column_names)


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_every_question_has_the_same_columns_on_a_seeded_desk(seeded: Store, empty: Store, name: str) -> None:
    parameters = parameters_of(catalogue()[name])
    found = seeded.read(name, **parameters)
    assert found.schema == empty.read(name, **parameters).schema


@pytest.mark.parametrize("name", COLUMNS)
def test_the_columns_of_the_issue_are_there_in_their_order(empty: Store, name: str) -> None:
    found = empty.read(name, **parameters_of(catalogue()[name])).column_names
    wanted = COLUMNS[name].split(", ")
    assert [column for column in found if column in wanted] == wanted


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_every_file_runs_unedited_in_any_duckdb_shell(seeded_path: Path, name: str) -> None:
    query = catalogue()[name]
    sql = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(seeded_path), read_only=True) as connection:
        cursor = connection.execute(sql, query.bind(parameters_of(query)))
        assert cursor.description


def accepts(query: Query, parameter: str, text: str) -> bool:
    try:
        query.bind(parameters_of(query) | {parameter: text})
    except InputError:
        return False
    return True


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_every_parameter_refuses_a_value_of_another_kind(name: str) -> None:
    query = catalogue()[name]
    unchecked = {parameter for parameter in query.defaults if accepts(query, parameter, "no such value")} - FREE_TEXT
    assert unchecked == set(), "Add the name to _KINDS in workbench/store/engine/catalogue.py, or to FREE_TEXT here."


@pytest.mark.parametrize("name", EVERY_QUERY)
def test_times_are_naive_utc(seeded: Store, name: str) -> None:
    schema = seeded.read(name, **parameters_of(catalogue()[name])).schema
    assert not [field.name for field in schema if "tz=" in str(field.type)]


SOURCES = sorted({query.source for query in catalogue().values() if query.source is not None})


@pytest.mark.parametrize("source", SOURCES)
def test_a_query_that_others_read_is_a_macro_of_a_segment_without_accounts(seeded: Store, source: str) -> None:
    """Pages keep its rows for everybody, so they must say nothing of a customer."""
    read = seeded.read(source)
    *others, last = catalogue()[source].defaults
    assert (others, last) in (([], "segment"), (["by"], "segment"))
    given = ", ".join("null" for _ in catalogue()[source].defaults)
    with seeded.database.reader() as cursor:
        assert cursor.execute(f"from {macro_of(source)}({given}) limit 0").to_arrow_table().schema == read.schema
    assert {"client_account_id", "display_name"}.isdisjoint(read.column_names)
    assert read.num_rows


@pytest.mark.parametrize("query", [one for one in catalogue().values() if one.source], ids=lambda query: query.name)
def test_what_a_query_hands_on_is_a_parameter_of_its_source_with_the_same_default(query: Query) -> None:
    """Else the rows that a page read before would be others than those that the query reads by itself."""
    source = catalogue()[str(query.source)]
    assert {name: query.defaults[name] for name in query.passed}.items() <= source.defaults.items()


@pytest.mark.many_cases
@pytest.mark.parametrize("name", [name for name, query in catalogue().items() if query.source is not None])
def test_a_query_gives_the_same_from_rows_that_were_read_before(seeded: Store, name: str) -> None:
    query = catalogue()[name]
    source = seeded.read(str(query.source))
    for path in ("individual", "entity"):
        for period in ({}, {"since": "2026-10-01"}, {"since": "2026-10-20", "until": "2026-11-12"}):
            asked = {name: value for name, value in {"path": path, **period}.items() if name in query.defaults}
            parameters = parameters_of(query) | asked
            assert seeded.read_from(source, name, **parameters).equals(seeded.read(name, **parameters))
    nothing = seeded.read_from(source.slice(0, 0), name, **parameters_of(query)).to_pylist()
    assert not any(row.get("accounts") for row in nothing)


@pytest.mark.parametrize("by", FUNNEL_PROPERTIES)
def test_a_breakdown_by_any_property_is_the_same_from_rows_that_were_read_before(seeded: Store, by: str) -> None:
    asked = {"path": "individual", "by": by}
    source = seeded.read("funnel/reached_by", **catalogue()["funnel/breakdown"].asked_of_source(asked))
    assert seeded.read_from(source, "funnel/breakdown", **asked).equals(seeded.read("funnel/breakdown", **asked))


@pytest.mark.parametrize("name", [name for name, query in catalogue().items() if query.passed])
def test_the_rows_of_a_segment_that_were_read_before_give_the_same(seeded: Store, name: str) -> None:
    query, ids = catalogue()[name], [row["client_account_id"] for row in seeded.read_rows("accounts/standing")]
    with kept_segment(seeded, "half", ids[::2]) as code:
        asked = parameters_of(query) | {"segment": code}
        source = seeded.read(str(query.source), **query.asked_of_source(asked))
        found = seeded.read_from(source, name, **asked)
        seeded_alone = seeded.read(name, **asked)
    assert found.equals(seeded_alone)
    assert not found.equals(seeded.read(name, **parameters_of(query)))


def test_a_store_and_a_plain_shell_give_the_same_rows(seeded: Store, seeded_path: Path) -> None:
    sql = (FOLDER / "accounts" / "standing.sql").read_text(encoding="utf-8")
    with duckdb.connect(str(seeded_path), read_only=True) as connection:
        shell = connection.execute(sql).fetchall()
    ours = seeded.read_rows("accounts/standing")
    assert [row[0] for row in shell] == [row["client_account_id"] for row in ours]


KEYWORDS = re.findall(
    r"\w+",
    "select from where group order by having limit join left on using with as and or not null case when then else end "
    "union all distinct filter over partition qualify is in between asc desc nulls first last cross semi anti",
)

FORBIDDEN = {
    "primary key": r"\bprimary\s+key\b",
    "unique": r"\bunique\b",
    "check": r"\bcheck\s*\(",
    "foreign key": r"\b(foreign\s+key|references)\b",
    "index": r"\bcreate\s+index\b",
    "sequence": r"\b(create\s+sequence|nextval)\b",
    "enum": r"\benum\b",
    "generated": r"\bgenerated\b",
    "collate": r"\bcollate\b",
    "returning": r"\breturning\b",
    "on conflict": r"\bon\s+conflict\b",
    "savepoint": r"\bsavepoint\b",
    "at (…)": r"\bat\s*\(",
    "a column named at": r"(\bas\s+at\b|\.at\b|\bat\s+timestamp\b)",
    "storage hint": r"\busing\s+compression\b",
    "fts": r"\b(match_bm25|fts)\b",
    "timestamptz": r"\b(timestamptz|with\s+time\s+zone|current_timestamp)\b",
}


def without_words(sql: str) -> str:
    """Return SQL without comments and quoted text."""
    return re.sub(r"--[^\n]*|'(?:[^']|'')*'", " ", sql)


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


SENTENCE_RULE = (
    "The second line is one sentence of at most 120 characters that ends with a full stop and says with the words "
    '"one row" what a row is. No comment follows it.'
)


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_every_file_begins_with_its_name_and_one_sentence(path: Path) -> None:
    first, second, third = path.read_text(encoding="utf-8").split("\n")[:3]
    assert re.fullmatch(rf"-- {name_of(path)}\([a-z_=0-9, ]*\)( from [a-z_/]+([(][a-z_, ]+[)])?)?", first), (
        "The first line is the name, the parameters and, after from, the query that it reads."
    )
    is_sentence = re.fullmatch(r"-- \S.*[.]", second) and len(second) <= 120 and re.search(r"\bone row\b", second)
    assert is_sentence, SENTENCE_RULE
    assert not third.startswith("--"), SENTENCE_RULE


@pytest.mark.parametrize("path", EVERY_FILE, ids=name_of)
def test_every_file_is_one_select_in_lower_case_with_named_columns(path: Path) -> None:
    sql = without_words(path.read_text(encoding="utf-8"))
    assert [word for word in KEYWORDS if re.search(rf"\b{word.upper()}\b", sql)] == []
    assert re.match(r"\s*(with|select)\b", sql)
    assert not re.search(r"select\s+(distinct\s+)?\*|\.\*|columns\s*\(", sql)
    assert not re.search(r"\b(insert|update|delete|create|drop|attach|copy|install|load|pragma)\b", sql)
    assert sql.strip().strip(";").count(";") == 0


SQL_OF_THE_STORE = sorted(
    path for path in Path(workbench.store.__file__).parent.rglob("*.sql") if path.name != "indexes.sql"
)


@pytest.mark.parametrize("path", [*EVERY_FILE, *SQL_OF_THE_STORE], ids=name_of)
def test_no_file_uses_what_ducklake_cannot_do(path: Path) -> None:
    sql = without_words(path.read_text(encoding="utf-8")).lower()
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, sql)] == []
    assert path.read_text(encoding="utf-8") == path.read_text(encoding="utf-8").expandtabs()


def test_no_view_has_a_column_twice(empty: Store) -> None:
    """DuckDB calls the second one ``country_1`` and says nothing."""
    with empty.database.reader() as cursor:
        found = cursor.execute("select table_name, column_name from duckdb_columns() where not internal").fetchall()
    assert ("accounts_now", "country") in found
    assert not [column for column in found if re.search(r"_\d$", column[1])]


@pytest.mark.parametrize("values", [{"closed", "rejected", "liquidated"}, {"sent", "unknown"}])
def test_a_rule_of_several_values_is_written_once(values: set[str]) -> None:
    texts = [query.sql for query in catalogue().values()] + [VIEWS.read_text(encoding="utf-8")]
    lists = [set(re.findall(r"'(\w+)'", listed)) for text in texts for listed in re.findall(r"\bin \(([^)]*)\)", text)]
    assert lists.count(values) == 1


@pytest.mark.parametrize("standing", Standing)
def test_what_may_change_is_what_has_not_ended(empty: Store, standing: Standing) -> None:
    with empty.database.reader() as cursor:
        found = cursor.execute("select may_change($1), is_open($1)", [standing]).fetchone()
    may_change = standing not in {Standing.CLOSED, Standing.REJECTED, Standing.LIQUIDATED}
    assert found == (may_change, may_change and standing is not Standing.ACTIVE)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_action_is_open_while_it_waits_or_is_unsettled(empty: Store, outcome: Outcome) -> None:
    with empty.database.reader() as cursor:
        found = cursor.execute("select is_unsettled($1), closes_its_kind($1)", [outcome]).fetchone()
    assert found == (outcome in {"sent", "unknown"}, outcome in {"sent", "unknown", "awaiting_second"})
    assert outcome.is_open == (outcome in {"sent", "unknown", "awaiting_second"})

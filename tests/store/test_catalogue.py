"""The catalogue's headers and parameters: errors are reported whatever the data."""

from pathlib import Path

import pyarrow as pa
import pytest

from tests.support.facts import NOW, must_verify, poll
from workbench.domain.errors import InputError
from workbench.store import Store
from workbench.store.engine import catalogue


def header_problem(tmp_path: Path, text: str) -> str:
    path = tmp_path / "topic" / "question.sql"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(ValueError) as problem:  # noqa: PT011
        catalogue.read_query(path)
    return str(problem.value)


@pytest.mark.parametrize(
    "text",
    [
        "-- topic/another()\n-- One row.\nselect 1;",
        "select 1;\n-- One row.\n",
        "-- topic/question\n-- One row.\nselect 1;",
        "-- topic/question()\nselect 1;",
    ],
)
def test_a_file_without_its_two_first_lines_is_refused(tmp_path: Path, text: str) -> None:
    assert "-- topic/question(" in header_problem(tmp_path, text)


@pytest.mark.parametrize("declared", ["", "term", "term, hours, path", "hours"])
def test_declared_and_used_parameters_must_be_the_same(tmp_path: Path, declared: str) -> None:
    text = f"-- topic/question({declared})\n-- One row.\nselect $term, $hours;"
    assert "topic/question" in header_problem(tmp_path, text)


def test_a_query_says_which_other_it_reads(tmp_path: Path) -> None:
    path = tmp_path / "topic" / "question.sql"
    path.parent.mkdir()
    path.write_text("-- topic/question(hours) from topic/rows\n-- One row.\nselect $hours from topic_rows;")
    query = catalogue.read_query(path)
    assert (query.source, query.signature) == ("topic/rows", "topic/question(hours)")


def test_the_macro_that_a_query_reads_takes_the_parameters_of_its_source() -> None:
    assert catalogue.find_query("funnel/breakdown").source_macro == "funnel_reached_by(asked_by, asked_segment)"
    assert catalogue.find_query("backlog/call_list").source_macro == "verification_outcomes(asked_segment)"


def test_a_query_says_which_of_its_parameters_it_passes_on(tmp_path: Path) -> None:
    path = tmp_path / "topic" / "question.sql"
    path.parent.mkdir()
    path.write_text(
        "-- topic/question(hours, segment=null) from topic/rows(segment)\n-- One row.\nselect $hours, $segment;"
    )
    query = catalogue.read_query(path)
    assert query.asked_of_source({"hours": 3, "segment": "late"}) == {"segment": "late"}
    assert query.asked_of_source({"hours": 3, "segment": None}) == {}


def test_a_query_passes_on_no_parameter_that_it_does_not_have(tmp_path: Path) -> None:
    assert "passes on" in header_problem(
        tmp_path, "-- topic/question(hours) from topic/rows(segment)\n-- One row.\nselect $hours;"
    )


def test_a_query_without_a_source_takes_no_rows(desk: Store) -> None:
    with pytest.raises(InputError, match="accounts/standing"):
        desk.read_from(desk.read("accounts/standing"), "accounts/standing")


def test_a_long_list_comes_in_batches_with_the_same_rows(desk: Store) -> None:
    desk.land_registry([f"A{number:06}" for number in range(50_000)], "file")
    whole = desk.read("sync/due")
    batches = list(desk.read_in_batches("sync/due"))
    assert whole.num_rows == 50_000
    assert max(batch.num_rows for batch in batches) < 50_000
    assert pa.Table.from_batches(batches).equals(whole)


def test_an_empty_list_in_batches_has_its_columns(desk: Store) -> None:
    reader = desk.read_in_batches("accounts/standing")
    assert reader.schema == desk.read("accounts/standing").schema
    assert reader.read_all().num_rows == 0


def test_a_list_in_batches_names_what_is_wrong_before_the_first(desk: Store) -> None:
    with pytest.raises(InputError, match="accounts/nonsense"):
        desk.read_in_batches("accounts/nonsense")
    with pytest.raises(InputError, match="hours"):
        desk.read_in_batches("verification/expiring", hours="many")


def test_an_unknown_query_is_named(desk: Store) -> None:
    with pytest.raises(InputError, match="accounts/nonsense"):
        desk.read("accounts/nonsense")


def test_an_unknown_parameter_is_named(desk: Store) -> None:
    with pytest.raises(InputError, match="colour"):
        desk.read("accounts/standing", colour="red")


def test_a_parameter_that_must_be_given_is_named(desk: Store) -> None:
    with pytest.raises(InputError, match="hours"):
        desk.read("verification/expiring")
    with pytest.raises(InputError, match="term") as refused:
        desk.read("accounts/search", term=None)
    assert "accounts/search(term, limit=100000, offset=0, contact=true)" in refused.value.next_step


def test_the_queries_that_look_for_names_are_those_with_a_term() -> None:
    searching = {name for name, query in catalogue.catalogue().items() if query.searches_names}
    assert searching == {name for name, query in catalogue.catalogue().items() if "$term" in query.sql}
    assert "accounts/search" in searching
    assert "accounts/one" not in searching


def test_parameters_left_out_or_empty_take_their_defaults(desk: Store) -> None:
    desk.land_readings([poll("A", NOW)])
    given = desk.read_rows("funnel/steps", path="individual", since=None, until=None, window_days=30)
    assert desk.read_rows("funnel/steps", path="individual") == given
    assert desk.read_rows("funnel/steps", path="individual", since="", until="", window_days="") == given


WRONG = [
    ("funnel/steps", {"path": "company"}),
    ("funnel/steps", {"path": ""}),
    ("funnel/times", {"path": "company"}),
    ("funnel/verification_branch", {"path": "company"}),
    ("funnel/cohorts", {"path": "Individual "}),
    ("funnel/steps", {"path": "entity", "since": "yesterday"}),
    ("funnel/steps", {"path": "entity", "until": "2026-13-01"}),
    ("funnel/verification_branch", {"path": "entity", "until": "soon"}),
    ("funnel/steps", {"path": "entity", "until": "20261001"}),
    ("funnel/steps", {"path": "entity", "since": "2026-W40-1"}),
    ("funnel/steps", {"path": "entity", "since": "2026-11-29T14"}),
    ("funnel/steps", {"path": "entity", "since": "2026-11-29T14:00Z"}),
    ("verification/call_list", {"hour": "2026-11-29T14"}),
    ("verification/call_list", {"hour": "20261129T1400"}),
    ("verification/call_list", {"hour": "2026-11-29T14:00:00,5"}),
    ("verification/call_list", {"limit": "٣"}),
    ("verification/call_list", {"offset": "9" * 19}),
    ("funnel/steps", {"path": "entity", "window_days": "٣"}),
    ("funnel/steps", {"path": "entity", "window_days": "x"}),
    ("funnel/steps", {"path": "entity", "window_days": 10**12}),
    ("verification/expiring", {"hours": "many"}),
    ("verification/expiring", {"hours": ""}),
    ("verification/expiring", {"hours": [1, 2]}),
    ("verification/expiring", {"hours": object()}),
    ("funnel/people", {"path": "entity", "step": "opened", "reached": "perhaps"}),
    ("accounts/search", {"term": "\ud800"}),
]


@pytest.mark.parametrize("is_empty", [True, False], ids=["empty", "filled"])
@pytest.mark.parametrize(("name", "parameters"), WRONG)
def test_a_parameter_of_the_wrong_kind_is_refused_whatever_the_data(
    desk: Store, is_empty: bool, name: str, parameters: dict[str, object]
) -> None:
    if not is_empty:
        desk.land_readings([poll("A", NOW), poll("E", NOW, account_type="ENTITY")])
        desk.land_events([must_verify("A", NOW, NOW)])
    with pytest.raises(InputError) as refused:
        desk.read(name, **parameters)
    assert refused.value.message


@pytest.mark.parametrize("hour", ["2026-11-29", "2026-11-29T14:00", "2026-11-29 14:00:00", "2026-11-29T14:00:00.5"])
def test_each_way_to_write_a_moment_that_is_taken_is_one_that_the_database_reads(desk: Store, hour: str) -> None:
    assert desk.read_rows("verification/call_list", hour=hour) == []
    assert desk.read_rows("actions/log", since=hour) == []


def test_a_refused_parameter_is_not_repeated_in_the_words(desk: Store) -> None:
    with pytest.raises(InputError) as refused:
        desk.read("funnel/steps", path="ann@example.test")
    assert "ann@" not in f"{refused.value} {refused.value.next_step}"

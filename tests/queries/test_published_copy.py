"""The catalogue on a published copy: every query runs on it unedited and answers as the desk does."""

from collections.abc import Iterator

import pyarrow as pa
import pytest

from tests.support.query_parameters import parameters_of
from workbench.access.masked_tables import without_personal_columns
from workbench.access.published_columns import LEFT_OUT, treatment_of
from workbench.domain.errors import InputError
from workbench.store import Store
from workbench.store.engine.catalogue import catalogue
from workbench.store.published.copy import PublishedCopy

OF_NAMES = {"accounts/search"}
"""Queries that ask for what the copy does not hold."""
OF_THE_WORKBENCH = {"actions/actors", "kyb/turnaround"}
"""Queries that name who did something, which the copy holds as a hash."""
SORTED_BY_SERIES = {"accounts/documents", "documents/expiring"}
"""Queries whose last order but one is a document's series, which the copy holds as a hash."""
UNSORTED = {"funnel/reached", "funnel/reached_by"} | SORTED_BY_SERIES


@pytest.fixture(scope="module")
def copy(seeded: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PublishedCopy]:
    folder = tmp_path_factory.mktemp("published")
    seeded.publish(folder, treatment_of, LEFT_OUT)
    with PublishedCopy(folder) as copy:
        yield copy


def comparable(name: str, rows: pa.Table) -> pa.Table:
    rows = without_personal_columns(rows)
    if name in OF_THE_WORKBENCH:
        rows = rows.drop_columns([one for one in rows.column_names if one.endswith("_by")])
    return rows.sort_by([(one, "ascending") for one in rows.column_names]) if name in UNSORTED else rows


@pytest.mark.parametrize("name", sorted(set(catalogue()) - OF_NAMES))
def test_every_query_answers_as_the_desk_does(seeded: Store, copy: PublishedCopy, name: str) -> None:
    parameters = parameters_of(catalogue()[name])
    ours, published = seeded.read(name, **parameters), copy.query(name, parameters)
    assert comparable(name, published).equals(comparable(name, ours))


@pytest.mark.parametrize("path", ["individual", "entity"])
def test_filters_answer_as_on_the_desk(seeded: Store, copy: PublishedCopy, path: str) -> None:
    asked = {"path": path, "since": "2026-10-01", "window_days": 7}
    assert copy.query("funnel/steps", asked).equals(seeded.read("funnel/steps", **asked))
    assert copy.query("backlog/list", {"view": "open", "turn": "us"}).num_rows > 0


def test_a_search_for_names_is_refused(copy: PublishedCopy) -> None:
    with pytest.raises(InputError, match="the published copy has no names"):
        copy.query("accounts/search", {"term": "bo"})

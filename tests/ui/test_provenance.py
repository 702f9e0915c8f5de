"""Where a number is from: what is copied gives the same rows elsewhere."""

import pytest

from tests.support.stores import new_store
from workbench.store.engine.catalogue import find_query
from workbench.ui.tables.provenance import notebook_cell

ASKED: dict[str, str | int | None] = {
    "measure": "stuck",
    "standing": "verification",
    "path": "individual",
    "window_days": 14,
    "segment": None,
}


def test_a_cell_names_the_query_and_what_was_asked_beyond_its_defaults() -> None:
    cell = notebook_cell(find_query("explore/measure"), ASKED)
    call = "desk.explore.measure(measure='stuck', path='individual', window_days=14).df"
    assert cell == f"from workbench import open_desk\n\ndesk = open_desk()\n{call}"


def test_a_question_whose_name_python_reserves_is_asked_by_its_name() -> None:
    assert notebook_cell(find_query("verification/yield"), {}).endswith("desk.ask('verification/yield').df")


@pytest.mark.parametrize("value", ["O'Brien", "x' or 'a' = 'a", "--", "$step", ""])
def test_the_sql_that_is_copied_is_that_of_the_values(value: str) -> None:
    store = new_store()
    asked = {**ASKED, "by": "country", "first_group": value}
    with store.database.reader() as cursor:
        found = cursor.execute(find_query("explore/people").written_out(asked)).fetchall()
    assert found == [tuple(row.values()) for row in store.read_rows("explore/people", **asked)]
    store.close()

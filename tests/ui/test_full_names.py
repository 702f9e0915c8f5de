"""Long names in a list: an ellipsis, and the full name to be had."""

import pyarrow as pa
import pytest

from workbench.ui.tables.columns import shortened
from workbench.ui.tables.full_names import long_names


@pytest.mark.parametrize("name", ["Ann", "x" * 30, "北" * 15, "", "ישראל השקעות ומסחר בעמ"])
def test_a_name_that_has_room_stays_as_it_is(name: str) -> None:
    assert shortened(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 31, "x" * 29 + "…"),
        ("x" * 200, "x" * 29 + "…"),
        ("北" * 16, "北" * 14 + "…"),
        ("Anna Maria Luisa Teresa Isabella de Medici", "Anna Maria Luisa Teresa Isabe…"),
    ],
)
def test_a_longer_one_ends_in_an_ellipsis(name: str, shown: str) -> None:
    assert shortened(name) == shown


def test_the_full_names_are_those_that_were_shortened_by_what_opens_them() -> None:
    rows = pa.table({"client_account_id": ["A", "B", "C"], "display_name": ["Ann", "x" * 40, None]})
    assert long_names(rows, "client_account_id") == {"B": "x" * 40}
    assert long_names(rows.drop_columns(["display_name"]), "client_account_id") == {}

"""The codes of values in an address: of known lists as they are, of what people may write themselves as digits."""

import pytest

from workbench.figures.properties import code_of_value


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("account_type", "ENTITY_PERSONAL_TRUST"),
        ("country", "MEX"),
        ("state", "USA-NV"),
        ("entry_month", "2026-10"),
        ("migrated", "new"),
        ("completed_link", "none"),
        ("completed_link", "2"),
    ],
)
def test_a_value_of_a_known_list_is_its_own_code(by: str, value: str) -> None:
    assert code_of_value(by, value) == value


@pytest.mark.parametrize(
    ("by", "value"),
    [
        ("account_type", "JANE DOE"),
        ("country", "Jane Doe, 5 Main St"),
        ("country", "unknown"),
        ("country", "other"),
        ("state", "USA-Jane Doe"),
        ("state", "MEX-jane@example.org"),
        ("state", "USA-"),
        ("country", "<b>X</b>"),
        ("country", "\u202eDEU"),
        ("country", "=1+1"),
        ("country", "Ж" * 5000),
    ],
)
def test_of_any_other_value_no_letter_is_in_its_code(by: str, value: str) -> None:
    code = code_of_value(by, value)
    assert code[0] == "x"
    assert len(code) == 9
    assert set(code[1:]) <= set("0123456789abcdef")
    assert code == code_of_value(by, value)


def test_different_values_have_different_codes() -> None:
    values = [f"odd {number}" for number in range(5_000)]
    assert len({code_of_value("country", value) for value in values}) == len(values)


def test_accounts_without_the_property_have_a_code_that_no_value_has() -> None:
    assert code_of_value("country", None) == "unknown" != code_of_value("country", "unknown")

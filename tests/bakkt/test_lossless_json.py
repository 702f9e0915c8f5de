"""JSON is written exactly as it was read."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.bakkt.lossless_json import NotJsonError, read_json, write_json

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALARS = (
    st.none() | st.booleans() | st.integers() | TEXT | st.decimals(allow_nan=False, allow_infinity=False, places=30)
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES)
def test_whatever_is_written_is_read_back_the_same(value: Any) -> None:
    assert read_json(write_json(value))[1] == value


@pytest.mark.parametrize("number", ["1.10", "1E+2", "123456789012345678901234567890", "-1E-21"])
def test_a_number_is_written_with_every_digit(number: str) -> None:
    assert write_json(read_json(number.encode())[1]).decode() == number


@pytest.mark.parametrize("value", [float("nan"), Decimal("Infinity"), {1: 2}, object(), b"x", "\ud800", {"\udfff": 1}])
def test_what_json_cannot_say_is_refused_unquoted(value: Any) -> None:
    with pytest.raises(NotJsonError) as caught:
        write_json(value)
    assert caught.value.__context__ is None


def test_an_error_of_reading_holds_nothing_of_the_body() -> None:
    with pytest.raises(NotJsonError) as caught:
        read_json(b'{"name": "Orla O\'Brien", ')
    assert caught.value.__context__ is None
    assert "Orla" not in repr(caught.value)

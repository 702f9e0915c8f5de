import pytest

from workbench.domain.payload import (
    first_text_of,
    list_of,
    object_of,
    objects_of,
    text_of,
    texts_of,
    trimmed_text_of,
)

WRONG_TYPES = [None, 7, 1.5, True, [], {}, ["a"], {"a": 1}]


@pytest.mark.parametrize("value", [*WRONG_TYPES, "", " ", "\t\n", "\u00a0"])
def test_only_text_that_is_not_blank_is_text(value: object) -> None:
    assert text_of(value) is None


def test_text_is_kept_as_it_stands_unless_it_is_to_be_trimmed() -> None:
    assert text_of("  Ada ") == "  Ada "
    assert trimmed_text_of("  Ada ") == "Ada"


@pytest.mark.parametrize("value", WRONG_TYPES)
def test_trimmed_text_is_empty_for_any_other_type(value: object) -> None:
    assert trimmed_text_of(value) == ""


@pytest.mark.parametrize("value", [None, 7, "{}", ["a"], True])
def test_a_value_that_is_no_object_reads_as_an_empty_one(value: object) -> None:
    assert object_of(value) == {}


@pytest.mark.parametrize("value", [None, 7, "ab", {"a": 1}, True])
def test_a_value_that_is_no_list_reads_as_an_empty_one(value: object) -> None:
    assert list(list_of(value)) == []


def test_lists_keep_only_the_items_of_the_wanted_type() -> None:
    mixed: list[object] = ["USA", " ", None, {"a": 1}, 7, [], {}, "FRA"]
    assert texts_of(mixed) == ["USA", "FRA"]
    assert objects_of(mixed) == [{"a": 1}, {}]
    assert (texts_of("USA"), objects_of({"a": 1})) == ([], [])


def test_the_first_named_field_with_text_counts() -> None:
    assert first_text_of({"one": " ", "two": 7, "three": "c", "four": "d"}, ("one", "two", "three", "four")) == "c"
    assert first_text_of({"one": None}, ("one", "two")) is None

"""Values are taken out of a text however the text formats them, and nothing else is."""

import pytest

from workbench.domain.scrubbing import scrubber_of


@pytest.mark.parametrize(
    ("value", "text", "left"),
    [
        ("078-05-1120", "SSN 078051120 is known", "SSN […] is known"),
        ("078051120", "SSN 078 05 1120 is known", "SSN […] is known"),
        ("078051120", "A078051120B", "A[…]B"),
        ("Orla O'Brien", "ORLA_OBRIEN is not allowed", "[…] is not allowed"),
        ("NA", "an NA is not a nation", "an […] is not a nation"),
        ("--", "a -- b", "a […] b"),
        ("x" * 400, "x" * 399 + "-x", "[…]"),
        ("x" * 501, "x" * 501, "[…]"),
    ],
)
def test_a_value_is_found_in_any_format(value: str, text: str, left: str) -> None:
    assert scrubber_of([value])(text) == left


def test_a_value_that_counts_as_a_whole_word_is_left_alone_inside_a_longer_one() -> None:
    scrub = scrubber_of([], whole_words=["Main"])
    assert scrub("maintenance of Main street") == "maintenance of […] street"


def test_the_longest_value_goes_first() -> None:
    assert scrubber_of(["1234", "1234 5678"])("1234-5678") == "[…]"


def test_a_value_that_must_go_everywhere_goes_inside_words_though_it_is_a_whole_word_too() -> None:
    assert scrubber_of(["1234"], whole_words=["1234"])("id-A1234") == "id-A[…]"


def test_without_values_the_text_stays_as_it_is() -> None:
    assert scrubber_of([])("as it is") == "as it is"

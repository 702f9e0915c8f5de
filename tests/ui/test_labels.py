"""Labels as Markdown; what a browser makes of them is in ``tests/browser/test_labels.py``."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.text import one_line
from workbench.ui.html.labels import Label, label, literal


def test_our_own_words_stay_markdown_and_values_do_not() -> None:
    assert label("**{}** {}", 3, "*late*") == "**3** &#42;late&#42;"


def test_a_label_in_a_label_is_not_escaped_again() -> None:
    assert label("Send {} again", label("the {}", "a*b")) == "Send the a&#42;b again"
    assert isinstance(label("x"), Label)


@given(st.text())
def test_a_literal_text_has_no_sign_that_markdown_reads(text: str) -> None:
    rest = literal(text).replace(":color{}", "")
    assert not set("!*_`[]<>\\~$:@|\r\n").intersection(rest)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\nb", "a b"), ("a\u202eb", "ab"), ("a\u200bb", "ab"), ("\x07", ""), ("می\u200cخواهم", "می\u200cخواهم")],
)
def test_one_line_has_nothing_that_hides_or_reorders(text: str, shown: str) -> None:
    assert one_line(text) == shown


@given(st.text())
def test_one_line_keeps_every_letter_and_sign(text: str) -> None:
    kept = [letter for letter in text if unicodedata.category(letter)[0] in "LMNPS"]
    assert [letter for letter in one_line(text) if unicodedata.category(letter)[0] in "LMNPS"] == kept

"""Names and countries in figures are other people's text."""

import pytest

from workbench.figures.texts import LONGEST_LABEL, lines, plain, shortened


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>Ann</b>", "&lt;b&gt;Ann&lt;/b&gt;"),
        ('<a href="javascript:alert(1)">x</a>', '&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;'),
        ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
        ("$\\frac{1}{2}$", "&#36;\\frac{1}{2}&#36;"),
        ("**bold** _it_ [x](https://example.com)", "**bold** _it_ [x](https://example.com)"),
        ('=HYPERLINK("https://example.com")', '=HYPERLINK("https://example.com")'),
        ("one\ntwo\u2028three", "one two three"),
        ("abc\u202edcba", "abcdcba"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u2068\u05e9\u05dc\u05d5\u05dd\u2069"),
        ("%{customdata} {x}", "%{customdata} {x}"),
        (7, "7"),
    ],
)
def test_a_text_is_shown_as_it_is(text: object, shown: str) -> None:
    assert plain(text) == shown


def test_a_long_text_is_cut_before_it_is_escaped() -> None:
    long = "&" * 100
    assert shortened(long) == "&amp;" * (LONGEST_LABEL - 1) + "…"
    assert shortened("Mexico") == "Mexico"
    assert shortened("x" * LONGEST_LABEL) == "x" * LONGEST_LABEL


def test_empty_lines_of_a_hover_are_left_out() -> None:
    assert lines("Mexico", "", "12 of 40") == "Mexico<br>12 of 40"

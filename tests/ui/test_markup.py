from html import unescape
from typing import Any

import htpy as h
import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screen_customers import HOSTILE_NAMES
from tests.support.screens import markup
from workbench.ui.html.markup import as_html, badge


@pytest.mark.parametrize("text", [*HOSTILE_NAMES, '"><img src=x onerror=alert(1)>', "&lt;", "a\n\tb"])
def test_other_peoples_text_becomes_no_markup(text: str) -> None:
    html = as_html(h.p(title=text)[text])
    in_attribute, in_element = html.removeprefix('<p title="').removesuffix("</p>").split('">')
    for escaped in (in_attribute, in_element):
        assert not {"<", '"', "'"} & {*escaped}
        assert unescape(escaped) == text


def test_a_bare_string_is_never_shown_as_markup() -> None:
    untyped: Any = "<b>Bob</b>"
    with pytest.raises(AttributeError, match="__html__"):
        as_html(untyped)


def test_a_badge_is_literal_too() -> None:
    assert "<b>" not in str(badge("<b>"))


def test_facts_leave_out_what_is_not_known_and_show_the_exact_value_on_hover() -> None:
    def script() -> None:
        from workbench.ui.html.markup import Cell, show_facts

        show_facts({"Why": None, "Since": Cell("2 h ago", note="22 Nov <b>"), "Due": "", "Open": 0})

    html = markup(AppTest.from_function(script).run())[0]
    assert "Why" not in html
    assert "Due" not in html
    assert '<dd title="22 Nov &lt;b&gt;">2 h ago</dd>' in html
    assert "<dt>Open</dt><dd>0</dd>" in html


def test_a_grid_heads_its_rows_and_marks_what_stands_on_too_little() -> None:
    def script() -> None:
        from workbench.ui.html.markup import Cell, show_grid

        show_grid(["Step", "Accounts"], [[Cell("<i>"), Cell("12%", is_quiet=True)]])

    html = markup(AppTest.from_function(script).run())[0]
    assert "<th>&lt;i&gt;</th>" in html
    assert '<td class="wb-quiet">12%</td>' in html

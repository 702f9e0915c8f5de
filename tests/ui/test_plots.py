"""Figures on a page: drawn once, in the reader's theme, and what a click may do."""

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import figure_page
from tests.support.screens import build_desk, forget_desk
from tests.support.stores import new_store
from workbench.figures.palette import Theme
from workbench.store import Store
from workbench.ui.charts.plots import picked_code
from workbench.ui.live.current_desk import set_desk


def page() -> None:
    from tests.support.figure_page import show_page

    show_page()


@pytest.fixture
def store() -> Iterator[Store]:
    figure_page.drawn.clear()
    store = new_store()
    store.land_registry(["A"], "file")
    set_desk(build_desk(store))
    yield store
    store.close()
    forget_desk()


def open_in(theme: Theme = "light") -> AppTest:
    app = AppTest.from_function(page)
    app.context = {"theme": theme}
    return app.run()


def figure_of(app: AppTest) -> Any:
    return app.get("plotly_chart")[0].proto


def test_a_figure_is_drawn_once_until_its_answer_changes(store: Store) -> None:
    app = open_in()
    app.run()
    open_in()
    assert figure_page.drawn == ["light"]
    store.land_registry(["B"], "file")
    app.run()
    assert figure_page.drawn == ["light", "light"]
    assert '"x":[2]' in figure_of(app).spec


def test_each_theme_has_a_figure_of_its_own(store: Store) -> None:
    light, dark = figure_of(open_in("light")), figure_of(open_in("dark"))
    assert figure_page.drawn == ["light", "dark"]
    assert '"paper_bgcolor":"#FFFFFF"' in light.spec
    assert '"paper_bgcolor":"#121418"' in dark.spec
    assert light.theme == ""
    assert light.alt == "Accounts that are registered"


def clicked(*points: dict[str, Any]) -> dict[str, Any]:
    return {"selection": {"points": list(points)}}


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (clicked({"customdata": "cleared"}), "cleared"),
        (clicked(), ""),
        (clicked({"x": 1}), ""),
        (clicked({"customdata": ""}), ""),
        (clicked({"customdata": "invented by the browser"}), ""),
        (clicked({"customdata": ["cleared"]}), ""),
    ],
)
def test_a_click_means_the_code_of_a_mark_that_the_figure_has(state: dict[str, Any], code: str) -> None:
    assert picked_code(state, {"cleared", "lost"}) == code

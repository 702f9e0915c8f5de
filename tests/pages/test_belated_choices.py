"""A choice changes the address once, and only its own codes: late messages and other choices do not undo each other."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.screens import open_page
from workbench.desk import Desk


def page_whose_box_was_emptied() -> None:
    """While it runs for the first time, with an empty box, the watch's message still tells of what was chosen in it."""
    import streamlit as st

    from tests.support.browser_messages import fragments_so_far, tick_with_choice
    from workbench.ui.forms.address_codes import ask_for_code
    from workbench.ui.html.labels import label

    @st.fragment
    def watch() -> None:
        st.session_state["looks"] = st.session_state.get("looks", 0) + 1

    def choose(code: str | None) -> None:
        st.query_params.from_dict({"of": code} if code else {})

    watch()
    chosen = st.query_params.get("of")
    ask_for_code(
        label("Of"), ["USA", "CAN"], chosen, key="of", say=str, on_choose=choose, width=190, anything="Any country"
    )
    if "runs" not in st.session_state:
        tick_with_choice(fragments_so_far(), "of", "USA")
    st.session_state["runs"] = True


@pytest.fixture
def emptied() -> AppTest:
    page = AppTest.from_function(page_whose_box_was_emptied).run()
    assert page.session_state["looks"] == 2
    return page


def test_a_late_message_of_a_fragment_leaves_the_address_alone(emptied: AppTest) -> None:
    assert "of" not in emptied.query_params


def test_the_same_choice_made_by_a_person_after_it_counts(emptied: AppTest) -> None:
    emptied.selectbox(key="of").set_value("USA").run()
    assert emptied.query_params["of"] == "USA"


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("page_name", "boxes", "given", "chosen"),
    [
        ("funnel", "funnel", {}, {"window": "90", "by": "state"}),
        ("explore", "explore", {"measure": "reached"}, {"step": "screened", "by": "country"}),
        ("backlog", "backlog", {"view": "open"}, {"account_type": "INDIVIDUAL", "sort": "name"}),
        ("actions", "activity", {"outcome": "accepted"}, {"kind": "request_link", "sort": "newest"}),
    ],
)
def test_two_choices_that_arrive_together_are_both_in_the_address(
    seeded_desk: Desk, page_name: str, boxes: str, given: dict[str, str], chosen: dict[str, str]
) -> None:
    page = open_page(page_name, seeded_desk, **given)
    for name, code in chosen.items():
        page.selectbox(key=f"wb-{boxes}-{name}").set_value(code)
    page.run()
    assert {name: page.query_params[name] for name in chosen} == chosen

"""A button that is pressed while the page runs is answered, although the watch for new data runs along with it."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from workbench.desk import Desk
from workbench.ui.live.current_desk import set_desk


def page_with_button() -> None:
    """While it runs for the first time there is news, and the browser asks for the watch and for the pressed button."""
    import streamlit as st

    from tests.support.browser_messages import fragments_so_far, press, tick
    from workbench.ui.frame.frame import show_frame
    from workbench.ui.live.current_desk import current_desk

    @st.fragment
    def ask() -> None:
        st.session_state["answered"] = st.button("Send", key="send") or st.session_state.get("answered", False)

    show_frame()
    watch = fragments_so_far()
    ask()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] == 1:
        current_desk().store.land_registry(["c-1"], "file")
        tick(watch)
        press("send", fragments_so_far() - watch)


def page_that_was_opened_meanwhile() -> None:
    """The watch's message was sent before the browser heard of the account in the address, and there is news."""
    import streamlit as st

    from tests.support.browser_messages import fragments_so_far, tick
    from workbench.ui.frame.frame import show_frame
    from workbench.ui.live.current_desk import current_desk
    from workbench.ui.live.watching import note_shown_address

    show_frame()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] == 1:
        st.query_params["account"] = "c-1"
        current_desk().store.land_registry(["c-1"], "file")
        tick(fragments_so_far(), query="")
    note_shown_address()


def page_that_the_browser_cleared() -> None:
    """The watch's message was sent before the browser heard of the account in the address, and so was no other."""
    import streamlit as st

    from tests.support.browser_messages import SendingDataVersion, fragments_so_far, tick
    from workbench.ui.frame.frame import show_frame
    from workbench.ui.live.current_desk import desk_holder
    from workbench.ui.live.watching import note_shown_address

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    st.query_params["account"] = "c-1"
    if st.session_state["runs"] == 1:
        desk_holder().data_version = SendingDataVersion()
    show_frame()
    note_shown_address()
    version = desk_holder().data_version
    if st.session_state["runs"] == 1 and isinstance(version, SendingDataVersion):
        version.watch = fragments_so_far()
        tick(version.watch, query="")


def page_with_news() -> None:
    import streamlit as st

    from tests.support.browser_messages import fragments_so_far, tick
    from workbench.ui.frame.frame import show_frame
    from workbench.ui.live.current_desk import current_desk
    from workbench.ui.live.watching import note_shown_address

    show_frame()
    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if st.session_state["runs"] == 1:
        st.query_params["account"] = "c-1/b"
        current_desk().store.land_registry(["c-1"], "file")
        tick(fragments_so_far(), query="account=c-1/b")
    note_shown_address()


def ran(page: Callable[[], None], desk: Desk) -> AppTest:
    set_desk(desk)
    return AppTest.from_function(page).run()


def test_a_button_pressed_as_there_is_news_is_answered(empty_desk: Desk) -> None:
    assert ran(page_with_button, empty_desk).session_state["answered"] is True


def test_news_do_not_bring_back_an_address_that_was_left(empty_desk: Desk) -> None:
    page = ran(page_that_was_opened_meanwhile, empty_desk)
    assert page.session_state["runs"] == 1


def test_a_page_that_the_browser_cleared_for_a_belated_message_is_shown_again(empty_desk: Desk) -> None:
    page = ran(page_that_the_browser_cleared, empty_desk)
    assert page.session_state["runs"] == 2


def test_news_rerun_the_page(empty_desk: Desk) -> None:
    assert ran(page_with_news, empty_desk).session_state["runs"] == 2

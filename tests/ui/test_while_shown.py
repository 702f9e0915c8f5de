"""What a tab keeps in memory is freed when a whole run did not show it, and never by a run that was cut."""

from streamlit.testing.v1 import AppTest


def test_a_run_that_was_cut_frees_nothing() -> None:
    """As a person attaches the second file while the page with the first one runs again."""

    def script() -> None:
        import streamlit as st

        from workbench.ui.live.while_shown import keep, kept, what_is_not_shown_is_freed

        run = st.session_state["run"] = st.session_state.get("run", 0) + 1
        with what_is_not_shown_is_freed():
            if run == 1:
                keep("file", 7)
            elif run == 2:
                st.stop()
            elif run == 3:
                st.text(f"kept: {kept('file', int)}")
            else:
                st.text("left")
        if run == 5:
            st.text(f"at last: {kept('file', int)}")

    page = AppTest.from_function(script).run()
    assert page.run().text.values == []
    assert page.run().text[0].value == "kept: 7"
    assert page.run().text[0].value == "left"
    assert page.run().text[1].value == "at last: None"


def test_a_run_that_ends_after_the_next_one_began_frees_nothing() -> None:
    def script() -> None:
        import streamlit as st

        from workbench.ui.live.while_shown import keep, kept, what_is_not_shown_is_freed

        next_run = what_is_not_shown_is_freed()
        with what_is_not_shown_is_freed():
            keep("file", 7)
            next_run.__enter__()
        st.text(f"kept: {kept('file', int)}")
        next_run.__exit__(None, None, None)
        st.text(f"still kept: {kept('file', int)}")

    page = AppTest.from_function(script).run()
    assert [text.value for text in page.text] == ["kept: 7", "still kept: 7"]

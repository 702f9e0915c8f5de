"""Flash messages survive reruns."""

from streamlit.testing.v1 import AppTest

from tests.support.screens import page_text


def script() -> None:
    import streamlit as st

    from workbench.domain.errors import WorkbenchError
    from workbench.ui.frame.notices import forget_notice, keep_error, keep_message, show_notice

    if st.button("say", key="say"):
        keep_message("here", "2 new, <b>1</b> known.")
    if st.button("fail", key="fail"):
        keep_error("here", WorkbenchError("No column.", title="Not readable"))
    if st.button("forget", key="forget"):
        forget_notice("here")
    show_notice("here")
    show_notice("elsewhere")


def test_a_flash_message_survives_reruns_and_ends_with_the_next_action() -> None:
    page = AppTest.from_function(script).run()
    page.button(key="say").click().run()
    page.run()
    assert page_text(page).count("2 new, &lt;b&gt;1&lt;/b&gt; known.") == 1
    page.button(key="fail").click().run()
    page.run()
    assert "2 new" not in page_text(page)
    assert page_text(page).count('role="alert"') == 1
    page.button(key="forget").click().run()
    assert page_text(page) == ""

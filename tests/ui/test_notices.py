"""Flash messages survive reruns."""

from streamlit.testing.v1 import AppTest

from tests.support.screens import said


def script() -> None:
    import streamlit as st

    from workbench.domain.errors import WorkbenchError
    from workbench.ui.frame.notices import forget_notice, keep_error, keep_said, show_notice

    if st.button("say", key="say"):
        keep_said("here", "2 new, <b>1</b> known.")
    if st.button("fail", key="fail"):
        keep_error("here", WorkbenchError("No column.", title="Not readable"))
    if st.button("forget", key="forget"):
        forget_notice("here")
    show_notice("here")
    show_notice("elsewhere")


def test_a_notice_outlives_reruns_and_ends_with_the_next_deed() -> None:
    page = AppTest.from_function(script).run()
    page.button(key="say").click().run()
    page.run()
    assert said(page).count("2 new, &lt;b&gt;1&lt;/b&gt; known.") == 1
    page.button(key="fail").click().run()
    page.run()
    assert "2 new" not in said(page)
    assert said(page).count('role="alert"') == 1
    page.button(key="forget").click().run()
    assert said(page) == ""

import logging
import runpy
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.support.running import ROOT
from tests.support.screens import forget_desk, markup
from workbench.domain.errors import SettingsError, StoreError
from workbench.ui.frame.failures import show_unexpected
from workbench.ui.live.current_desk import current_desk

APP = ROOT / "app.py"


def test_an_error_is_shown_with_its_three_texts_literally() -> None:
    def script() -> None:
        from workbench.domain.errors import InputError
        from workbench.ui.frame.failures import show_error

        show_error(InputError("ids <b>.csv has no rows.", title="This cannot be used", next_step="Choose another."))

    html = markup(AppTest.from_function(script).run())[0]
    assert "This cannot be used" in html
    assert "ids &lt;b&gt;.csv has no rows." in html
    assert "Choose another." in html


def test_what_failed_can_be_tried_again_in_its_place() -> None:
    def script() -> None:
        import streamlit as st

        from workbench.domain.errors import InputError
        from workbench.ui.frame.failures import shown_errors

        with shown_errors(try_again="retry"):
            if not st.session_state.get("retry"):
                raise InputError("Could not connect to Bakkt.")
            st.text("read")

    app = AppTest.from_function(script).run()
    assert app.button(key="retry").label == "Try again"
    assert [shown.value for shown in app.button(key="retry").click().run().text] == ["read"]


def test_the_words_of_an_unforeseen_error_stay_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        assert show_unexpected(ValueError("Ada O'Brien, 123-45-6789")) is True
    assert "ValueError" in caplog.text
    assert "Ada" not in caplog.text


def test_settings_that_are_not_right_are_kept_for_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAKKT_BASE_URL", "https://bakkt.example.test")
    with runpy.run_path(str(APP))["open_desk_for_pages"](), pytest.raises(SettingsError, match="BAKKT_API_KEY"):
        current_desk()
    forget_desk()


def test_a_database_that_cannot_be_opened_is_kept_for_every_page(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    database = tmp_path / "desk.duckdb"
    database.write_bytes(b"not a database" * 1000)
    monkeypatch.setenv("WORKBENCH_DATABASE", str(database))
    with runpy.run_path(str(APP))["open_desk_for_pages"](), pytest.raises(StoreError):
        current_desk()
    forget_desk()
    assert database.read_bytes() == b"not a database" * 1000

"""What counts as an act of a person: no timer, and no tab that only connects again."""

from types import SimpleNamespace

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime.app_session import AppSession
from streamlit.testing.v1 import AppTest

from workbench.ui.live.acts import acts_noted

SESSION = SimpleNamespace(id="test session id")
"""Under this id ``AppTest`` runs scripts."""


def script() -> None:
    import streamlit as st

    from workbench.ui.live.acts import is_act_of_person

    st.session_state["acts"] = [is_act_of_person(), is_act_of_person()]


def acts_after(message: ClientState | None, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What the script is told, twice, in the run after this message of the browser."""
    monkeypatch.setattr(AppSession, "request_rerun", lambda *_: None)
    with acts_noted():
        AppSession.request_rerun(SESSION, message)  # type: ignore[arg-type]
    acts: list[bool] = AppTest.from_function(script).run().session_state["acts"]
    return acts


def test_a_message_of_a_person_is_one_act(monkeypatch: pytest.MonkeyPatch) -> None:
    assert acts_after(ClientState(), monkeypatch) == [True, False]


@pytest.mark.parametrize("message", [None, ClientState(is_auto_rerun=True, fragment_id="watch")])
def test_a_timer_and_a_run_that_the_server_asks_for_are_none(
    message: ClientState | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert acts_after(message, monkeypatch) == [False, False]

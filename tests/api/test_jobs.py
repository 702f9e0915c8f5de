"""Jobs: whoever waits for one learns that it ended, whatever ended it."""

import logging
from types import SimpleNamespace
from typing import cast

import pytest

from workbench.api.jobs import Jobs
from workbench.desk import Desk


def fail(**_: object) -> None:
    raise RuntimeError("Zebulon")


def test_a_sync_that_fails_unexpectedly_ends_and_tells_nobodys_words(caplog: pytest.LogCaptureFixture) -> None:
    broken = cast(Desk, SimpleNamespace(sync=SimpleNamespace(run=fail)))
    with caplog.at_level(logging.INFO):
        job = Jobs().start_sync(broken, everything=False, client_account_id=None)
    assert job.is_finished
    assert job.as_json()["error"]["message"] == "It ended with an unexpected error (RuntimeError)."
    assert "Zebulon" not in caplog.text

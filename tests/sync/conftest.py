"""A sandbox for each test; no test may request a verification link."""

from collections.abc import Iterator

import pytest

from tests.support.sync_desk import LINK_OPERATION, Practice


@pytest.fixture
def practice() -> Iterator[Practice]:
    practice = Practice()
    yield practice
    asked, calls = practice.sandbox.calls()["details"], practice.calls()
    practice.close()
    assert asked == {}
    assert LINK_OPERATION not in calls
    assert not [address for address in practice.wire.addresses if "documentVerificationDetails" in address]

"""A sandbox for each test; no test may request a verification link."""

from collections.abc import Iterator

import pytest

from tests.support.sync_harness import LINK_OPERATION, SyncHarness


@pytest.fixture
def harness() -> Iterator[SyncHarness]:
    harness = SyncHarness()
    yield harness
    asked, calls = harness.sandbox.calls()["details"], harness.calls()
    harness.close()
    assert asked == {}
    assert LINK_OPERATION not in calls
    assert not [address for address in harness.wire.addresses if "documentVerificationDetails" in address]

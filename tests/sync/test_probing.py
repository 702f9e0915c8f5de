"""Asking Bakkt again while it is away, and when a form is opened long after the last answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.running import PATIENCE_SECONDS, until
from tests.support.sync_harness import SyncHarness
from workbench.bakkt.errors import BakktUnreachable
from workbench.desk import Desk, build_desk
from workbench.settings import read_settings
from workbench.sync.probing import UNKNOWN_ACCOUNT_ID, Probe


def probe_of(harness: SyncHarness, seconds: float = 0.02) -> Probe:
    return Probe(harness.availability, harness.connect, seconds)


@pytest.fixture
def probe(harness: SyncHarness) -> Iterator[Probe]:
    made = probe_of(harness)
    yield made
    made.close(PATIENCE_SECONDS)


def go_away(harness: SyncHarness) -> None:
    with pytest.raises(BakktUnreachable), harness.availability.asking():
        raise BakktUnreachable("Could not connect to Bakkt.")


def test_while_bakkt_is_away_it_is_asked_until_it_answers(harness: SyncHarness, probe: Probe) -> None:
    harness.add_fault(kind="status", status=503)
    go_away(harness)
    probe.start()
    until(lambda: len(harness.wire.addresses) > 8)
    assert harness.availability.away is not None
    harness.clear_faults()
    until(lambda: harness.availability.away is None)
    assert all(UNKNOWN_ACCOUNT_ID in address for address in harness.wire.addresses)


def test_an_answer_to_only_one_of_the_three_reads_does_not_end_it(harness: SyncHarness, probe: Probe) -> None:
    harness.add_fault(kind="status", status=503, operation="getAccountStatus")
    go_away(harness)
    probe.start()
    until(lambda: harness.calls()["getAccountStatus"] > 4)
    assert harness.availability.away is not None


def test_while_bakkt_answers_it_is_not_asked(harness: SyncHarness, probe: Probe) -> None:
    probe.start()
    with harness.availability.asking():
        pass
    probe.ask_if_unsure()
    go_away(harness)
    until(lambda: harness.availability.away is None)
    assert len(harness.wire.addresses) == 3, "only since it was away"


def test_a_form_opened_when_nothing_was_asked_yet_has_it_asked_at_once(harness: SyncHarness) -> None:
    harness.add_fault(kind="refused")
    probe = probe_of(harness, seconds=600)
    probe.start()
    probe.ask_if_unsure()
    until(lambda: harness.availability.away is not None)
    probe.close(PATIENCE_SECONDS)
    assert not probe.is_running


def test_closing_breaks_off_a_question_that_takes_long(harness: SyncHarness) -> None:
    harness.add_fault(kind="latency", seconds=600)
    probe = probe_of(harness)
    go_away(harness)
    probe.start()
    until(lambda: len(harness.wire.addresses) > 0)
    probe.close(PATIENCE_SECONDS)
    assert not probe.is_running


def desk_over(harness: SyncHarness) -> Desk:
    return build_desk(harness.store, read_settings({}, Path("no-such-file")), lambda _=1.0: harness.connect())


def test_the_next_process_knows_since_when_bakkt_is_away(harness: SyncHarness) -> None:
    harness.add_fault(kind="refused")
    first = desk_over(harness)
    first.sync.run()
    away = first.availability.away
    assert away is not None
    assert desk_over(harness).availability.away == away
    harness.clear_faults()
    desk_over(harness).sync.run()
    assert desk_over(harness).availability.away is None


def test_a_database_that_cannot_keep_it_breaks_no_question(
    harness: SyncHarness, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_over(harness)
    harness.store.close()
    with pytest.raises(BakktUnreachable), desk.availability.asking():
        raise BakktUnreachable("Could not connect to Bakkt.")
    assert desk.availability.away is not None
    assert "Whether Bakkt answers could not be saved" in caplog.text


def test_the_desk_starts_the_probe_and_ends_it(harness: SyncHarness) -> None:
    desk = desk_over(harness)
    desk.background.probe.start()
    assert desk.background.probe.is_running
    desk.background.probe.close(PATIENCE_SECONDS)
    assert not desk.background.probe.is_running

"""The sign beside Data on every page: the worst that is known, in one sentence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from workbench.bakkt.availability import Away
from workbench.ui.frame.health import Health, health_of

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
WELL = {
    "stopped_because": None,
    "registered": 1200,
    "failing": 0,
    "never_read": 0,
    "events_set_aside": 0,
    "last_read_at": NOW - timedelta(hours=2),
}
LOUD = {"is_silent": False, "silent_hours": 1.0}


def health(
    found: dict[str, Any] | None = None, *, silent: bool = False, away: bool = False, lost: bool = False
) -> Health:
    is_away = Away(NOW - timedelta(minutes=5), "Bakkt answers with 502.") if away else None
    silence = LOUD | {"is_silent": silent, "silent_hours": 30.0 if silent else 1.0}
    return health_of(WELL | (found or {}), lambda: silence, NOW, away=is_away, has_losses=lost)


def test_all_read_is_green() -> None:
    assert health() == Health("green", "All 1,200 accounts have been read, last read 2 h ago.")
    assert health({"registered": 1}).sentence == "The one account has been read, last read 2 h ago."


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        ({"registered": 0}, "No accounts yet. Import account ids to begin."),
        ({"failing": 3}, "3 accounts could not be read from Bakkt."),
        ({"never_read": 1}, "1 account not read from Bakkt yet."),
        ({"last_read_at": NOW - timedelta(hours=25)}, "Nothing has been read from Bakkt for 25 h."),
        ({"events_set_aside": 2}, "2 deliveries could not be used."),
    ],
)
def test_what_somebody_should_look_at_is_amber(found: dict[str, Any], sentence: str) -> None:
    assert health(found) == Health("amber", sentence)


def test_events_that_stopped_are_amber() -> None:
    assert health(silent=True) == Health("amber", "No events from Bakkt for 30 h. Check the webhook.")


def test_what_cannot_be_read_or_was_lost_is_red_and_said_first() -> None:
    assert health(away=True) == Health("red", "No usable answer from Bakkt. Bakkt answers with 502.")
    stopped = {"stopped_because": "Bakkt refused the key.", "failing": 3}
    assert health(stopped) == Health("red", "The last sync stopped early: Bakkt refused the key.")
    assert health(stopped, away=True, lost=True).sentence == "A harmed file lost data: see the note on this page."

"""Whether the data is complete and fresh, in one sign and one sentence for the bar on every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from workbench.bakkt.availability import Away
from workbench.domain.errors import WorkbenchError
from workbench.domain.moments import duration
from workbench.domain.words import count, plural
from workbench.ui.live.cached_queries import read, read_slow_moving
from workbench.ui.live.current_desk import current_desk
from workbench.ui.text.words import hours_since

STALE_AFTER_HOURS = 24
ReadSilence = Callable[[], Mapping[str, Any]]
"""Reads the row of ``events/silence``, which is asked only where nothing worse is known."""


@dataclass(frozen=True, slots=True)
class Health:
    """``tone``: green, amber if somebody should look, red if data is missing or cannot be read now."""

    tone: Literal["green", "amber", "red"]
    sentence: str


def health_now() -> Health:
    """The health of the open desk. If it cannot be read, the sign says why, and no page fails with it."""
    try:
        return _read_health()
    except WorkbenchError as failure:
        return Health("red", f"{failure.title}.")


def _read_health() -> Health:
    desk = current_desk()
    freshness = {**read("sync/freshness").first, **_pulse()}
    return health_of(
        freshness,
        lambda: read_slow_moving("events/silence").first,
        datetime.now(UTC),
        away=desk.availability.away,
        has_losses=desk.store.has_losses,
    )


def _pulse() -> dict[str, Any]:
    """What is missing; if something was, it is read for the data as it is now, as a sync may just have mended it."""
    found = read_slow_moving("data/pulse").first
    is_whole = found["registered"] and not found["never_read"] and not found["failing"]
    return found if is_whole else read("data/pulse").first


def warning_now() -> str:
    """The sentence of a health that is not green; empty while all is well."""
    health = health_now()
    return "" if health.tone == "green" else health.sentence


def health_of(
    found: Mapping[str, Any], read_silence: ReadSilence, now: datetime, *, away: Away | None, has_losses: bool
) -> Health:
    """The worst that is known. ``found``: the rows of ``sync/freshness`` and ``data/pulse``."""
    if has_losses:
        return Health("red", "A harmed file lost data: see the note on this page.")
    if away is not None:
        return Health("red", f"No usable answer from Bakkt. {away.reason}")
    if found["stopped_because"]:
        return Health("red", f"The last sync stopped early: {found['stopped_because']}")
    if not found["registered"]:
        return Health("amber", "No accounts yet. Import account ids to begin.")
    return _imperfect(found, read_silence, now) or Health("green", _all_is_well(found, now))


def _imperfect(found: Mapping[str, Any], read_silence: ReadSilence, now: datetime) -> Health | None:
    if found["failing"]:
        return Health("amber", f"{plural(found['failing'], 'account')} could not be read from Bakkt.")
    if found["never_read"]:
        return Health("amber", f"{plural(found['never_read'], 'account')} not read from Bakkt yet.")
    hours = hours_since(found["last_read_at"], now) if found["last_read_at"] else 0.0
    if hours > STALE_AFTER_HOURS:
        return Health("amber", f"Nothing has been read from Bakkt for {duration(hours)}.")
    silence = read_silence()
    if silence["is_silent"]:
        return Health("amber", f"No events from Bakkt for {duration(silence['silent_hours'])}. Check the webhook.")
    if found["events_set_aside"]:
        return Health("amber", f"{plural(found['events_set_aside'], 'delivery', 'deliveries')} could not be used.")
    return None


def _all_is_well(found: Mapping[str, Any], now: datetime) -> str:
    last = found["last_read_at"]
    read_words = f", last read {duration(hours_since(last, now))} ago" if last else ""
    if found["registered"] == 1:
        return f"The one account has been read{read_words}."
    return f"All {count(found['registered'])} accounts have been read{read_words}."

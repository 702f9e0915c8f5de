"""Party events: take in, keep, apply."""

from workbench.events.archive import ReplayReport, replay_events
from workbench.events.taking_in import TakenIn, take_in

__all__ = ["ReplayReport", "TakenIn", "replay_events", "take_in"]

"""Party events: receive, store, apply."""

from workbench.events.applying import Applier
from workbench.events.archive import ReplayReport, replay_events
from workbench.events.receiver import Answer, Receiver, ReceiverState
from workbench.events.route import webhook_routes
from workbench.events.set_aside import SetAsideReplay, replay_set_aside
from workbench.events.signatures import HmacSignature, authenticator_of
from workbench.events.slow_heads import slow_heads_cut_off
from workbench.events.taking_in import TakenIn, take_in

__all__ = [
    "Answer",
    "Applier",
    "HmacSignature",
    "Receiver",
    "ReceiverState",
    "ReplayReport",
    "SetAsideReplay",
    "TakenIn",
    "authenticator_of",
    "replay_events",
    "replay_set_aside",
    "slow_heads_cut_off",
    "take_in",
    "webhook_routes",
]

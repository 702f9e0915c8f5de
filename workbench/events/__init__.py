"""Party events: receive, store, apply."""

from workbench.events.applying import Applier
from workbench.events.archive import ReplayReport, replay_events
from workbench.events.ingestion import IngestResult, ingest
from workbench.events.receiver import Receiver, ReceiverState, WebhookResponse
from workbench.events.route import PATH as WEBHOOK_PATH
from workbench.events.route import webhook_routes
from workbench.events.set_aside import SetAsideReplay, replay_set_aside
from workbench.events.signatures import HmacSignature, authenticator_of

__all__ = [
    "WEBHOOK_PATH",
    "Applier",
    "HmacSignature",
    "IngestResult",
    "Receiver",
    "ReceiverState",
    "ReplayReport",
    "SetAsideReplay",
    "WebhookResponse",
    "authenticator_of",
    "ingest",
    "replay_events",
    "replay_set_aside",
    "webhook_routes",
]

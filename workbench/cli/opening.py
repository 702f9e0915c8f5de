"""Opening the desk for a command; the sandbox and its people are imported only where they are asked for."""

from workbench.bakkt.client import BakktClient
from workbench.desk import Desk, open_desk
from workbench.settings import Settings


def open_database(settings: Settings) -> Desk:
    """The desk for commands that ask nothing of Bakkt or its stand-in. Raises SettingsError, StoreError."""
    return open_desk(settings, _connect_to_nothing if settings.is_sandbox else None)


def _connect_to_nothing(share: float = 1.0) -> BakktClient:  # noqa: ARG001 -- as every way to Bakkt
    raise AssertionError("this command was not meant to ask the sandbox")

"""Opening the desk for a command, without importing the sandbox, which is slow."""

from workbench.access.acting import command_line, machine_user
from workbench.bakkt.client import BakktClient
from workbench.desk import Desk, open_own_desk
from workbench.settings import Settings


def open_desk_for_command(settings: Settings, *, sets_harmed_aside: bool = True) -> Desk:
    """The desk for commands that need no access to the sandbox. Raises SettingsError, StoreError."""
    connect = _connect_to_nothing if settings.is_sandbox else None
    return open_own_desk(settings, connect, sets_harmed_aside=sets_harmed_aside)


def acted_by_user(desk: Desk) -> Desk:
    """The desk for the machine's user, who is an admin; whoever opened it closes the desk itself."""
    return desk.acted_by(command_line(machine_user()))


def _connect_to_nothing(share: float = 1.0) -> BakktClient:  # noqa: ARG001 -- same signature as other connect functions
    raise AssertionError("this command must not call the sandbox")

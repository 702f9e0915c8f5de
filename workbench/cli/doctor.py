"""``doctor``: checks the installation and prints one line per check."""

from workbench.cli.opening import open_desk_for_command
from workbench.domain.errors import StoreError
from workbench.examination import CheckResult, examine_desk, examine_settings
from workbench.settings import Settings


def examine(settings: Settings) -> list[CheckResult]:
    """Checks settings, database, inbox, Bakkt, the last run and the last event."""
    found = [examine_settings(settings)]
    try:
        desk = open_desk_for_command(settings, sets_harmed_aside=False)
    except StoreError as error:
        return [*found, CheckResult("database", False, f"{error.message} {error.next_step}")]
    try:
        return [*found, *examine_desk(desk)]
    finally:
        desk.close()
